/**
 * Whole programs, started as a person or a service manager would start them.
 *
 * <p>Touches nothing but their command line, their sockets and their files.
 */
@NullMarked
package dev.skep.system;

import org.jspecify.annotations.NullMarked;

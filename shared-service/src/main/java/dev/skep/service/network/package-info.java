/**
 * At which of its addresses other machines reach this one.
 *
 * <p>Needs the JDK only.
 */
@NullMarked
package dev.skep.service.network;

import org.jspecify.annotations.NullMarked;

/**
 * Files of which nothing is lost: written whole or not at all, and read by their owner only. And
 * words for what goes wrong with files.
 *
 * <p>Needs the JDK only.
 */
@NullMarked
package dev.skep.service.files;

import org.jspecify.annotations.NullMarked;

/**
 * Looking into folders again and again: when, at what nobody writes to any more, and told once what
 * is wrong.
 *
 * <p>May touch {@code files}, for words about what goes wrong.
 */
@NullMarked
package dev.skep.service.watch;

import org.jspecify.annotations.NullMarked;

/**
 * JMH benchmarks of the hot paths.
 *
 * <p>May touch every module; none touches it.
 */
@NullMarked
package dev.skep.benchmarks;

import org.jspecify.annotations.NullMarked;

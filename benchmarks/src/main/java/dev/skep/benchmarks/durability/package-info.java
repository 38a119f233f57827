/**
 * What saving costs the tracker, and what a restart brings back how fast.
 *
 * <p>May touch the tracker's store and persistence; none touches it.
 */
@NullMarked
package dev.skep.benchmarks.durability;

import org.jspecify.annotations.NullMarked;

/**
 * Strangers who flood a tracker while others announce as they should. Touches the network of this
 * machine only.
 */
@NullMarked
package dev.skep.benchmarks.flood;

import org.jspecify.annotations.NullMarked;

/**
 * JMH benchmarks of {@code shared-protocol}: metainfo, peer wire, tracker codecs.
 *
 * <p>May touch {@code shared-protocol}; nothing touches it.
 */
@NullMarked
package dev.skep.benchmarks.protocol;

import org.jspecify.annotations.NullMarked;

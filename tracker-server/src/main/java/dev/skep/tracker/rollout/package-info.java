/**
 * Which machines must get a torrent, and how far each of them is: who is done, who is late, and
 * why.
 *
 * <p>Pure: time and random numbers are given, a keeper ({@code persistence}) keeps what must not be
 * lost. Touches {@code catalogue}, {@code announce}, from which reports come, and {@code system}.
 */
@NullMarked
package dev.skep.tracker.rollout;

import org.jspecify.annotations.NullMarked;

/**
 * The one path of every announce and scrape: access check, swarm, count, outcome; and the beat that
 * tells it the time.
 *
 * <p>May touch {@code swarm}; who may announce, others decide for it. Nothing on the path blocks.
 */
@NullMarked
package dev.skep.tracker.announce;

import org.jspecify.annotations.NullMarked;

/**
 * A whole swarm on virtual time: the torrents that run in production, with the network, the hashing
 * and the files replaced. One heap of timed events, one random source: the same seed gives the same
 * run.
 */
@NullMarked
package dev.skep.agent.simulator;

import org.jspecify.annotations.NullMarked;

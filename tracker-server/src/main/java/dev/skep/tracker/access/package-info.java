/**
 * Who may announce, and who may administer.
 *
 * <p>Decides for {@code announce} and asks {@code catalogue}; addresses are {@code swarm}'s values.
 * No framework.
 */
@NullMarked
package dev.skep.tracker.access;

import org.jspecify.annotations.NullMarked;

/**
 * What people and programs are shown: swarms and catalogue as one, in pages, and the tracker in
 * numbers. REST and the page show the same.
 *
 * <p>May touch {@code announce}, {@code swarm} and {@code catalogue}; knows JSON but not HTTP.
 * Changes nothing.
 */
@NullMarked
package dev.skep.tracker.admin.views;

import org.jspecify.annotations.NullMarked;

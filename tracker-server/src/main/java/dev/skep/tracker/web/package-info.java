/**
 * The tracker's page, for people: its files, what it is before its scripts run, and what it is told
 * while it is open.
 *
 * <p>Draws {@code admin.views} for whom {@code admin} let in, with the look that pages of both
 * services have.
 */
@NullMarked
package dev.skep.tracker.web;

import org.jspecify.annotations.NullMarked;

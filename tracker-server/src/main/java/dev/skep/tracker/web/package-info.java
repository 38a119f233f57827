/**
 * The dashboard: a page for people.
 *
 * <p>Reads what {@code admin} shows; changes nothing.
 */
@NullMarked
package dev.skep.tracker.web;

import org.jspecify.annotations.NullMarked;

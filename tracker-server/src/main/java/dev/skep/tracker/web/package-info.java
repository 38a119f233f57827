/**
 * The dashboard: pages for people.
 *
 * <p>Reads overviews that are rebuilt now and then; changes nothing.
 */
@NullMarked
package dev.skep.tracker.web;

import org.jspecify.annotations.NullMarked;

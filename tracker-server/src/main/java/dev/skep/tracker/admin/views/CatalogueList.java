package dev.skep.tracker.admin.views;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the catalogue, as {@code /openapi} describes it; {@link Listing} writes it.
 *
 * @param cursor how the catalogue is now; events go on from here
 * @param next what to send as {@code after} for the next page; absent from the last one
 */
public record CatalogueList(String cursor, List<CatalogueRow> torrents, @Nullable String next) {}

package dev.skep.tracker.admin.views;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some hosts of a rollout, as {@code /openapi} describes it; {@link Listing} writes it.
 *
 * @param next what to send as {@code after} for the next page; absent from the last one
 */
public record RolloutHostList(List<RolloutHost> hosts, @Nullable String next) {}

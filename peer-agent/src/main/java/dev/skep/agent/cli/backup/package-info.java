/**
 * What a tracker knows, as files that a person can read, and back.
 *
 * <p>Asks {@code catalogue}, and says how far it is through {@code cli.console}.
 */
@NullMarked
package dev.skep.agent.cli.backup;

import org.jspecify.annotations.NullMarked;

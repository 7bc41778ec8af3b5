/**
 * Databases that earlier versions of offsync prepared, kept as SQL under {@code src/test/resources/fixtures}, and the
 * test that today's offsync goes on with each of them. {@link dev.offsync.upgrade.FixtureWriter} makes the next one.
 */
@NullMarked
package dev.offsync.upgrade;

import org.jspecify.annotations.NullMarked;

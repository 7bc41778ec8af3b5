/**
 * The engine's promises, held in process against real PostgreSQL: a {@link dev.offsync.engine.Fleet} is a hub and two
 * devices that have just been initialised. Each test is tagged with the guarantee of the contract that it holds.
 */
@NullMarked
package dev.offsync.engine;

import org.jspecify.annotations.NullMarked;

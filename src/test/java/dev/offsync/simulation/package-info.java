/**
 * Random histories of a small fleet, and links that break at every message. A {@link dev.offsync.simulation.History} is
 * made from its seed alone; a {@link dev.offsync.simulation.World} lives through it on real servers; whatever is wrong in
 * the end is told as {@link dev.offsync.simulation.Findings}, after {@link dev.offsync.simulation.Shrinker} has left out
 * the steps that do not matter. {@code -Dsimulation.seed=N} runs one history again.
 */
@NullMarked
package dev.offsync.simulation;

import org.jspecify.annotations.NullMarked;

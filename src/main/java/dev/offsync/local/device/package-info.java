/**
 * What the device knows of itself: its identity and contacts, the synced tables and their shapes, the settings, cursors,
 * key ranges and the run lock; and the objects that init makes and deinit removes.
 */
@NullMarked
package dev.offsync.local.device;

import org.jspecify.annotations.NullMarked;

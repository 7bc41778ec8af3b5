/**
 * How init goes: the plan for both sides, the hub's part and the device's, tables made from the hub's definition, the
 * first leases of key ranges, and the way back to a hub that was restored.
 */
@NullMarked
package dev.offsync.sync.init;

import org.jspecify.annotations.NullMarked;

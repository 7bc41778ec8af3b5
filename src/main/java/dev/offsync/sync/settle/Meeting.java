package dev.offsync.sync.settle;

import dev.offsync.model.SyncedTable;
import dev.offsync.sync.settle.Settler.Remote;

/** A row of the hub that meets pending work on the device; {@code key} is the text of its key. */
public record Meeting(SyncedTable table, String key, Remote remote) {}

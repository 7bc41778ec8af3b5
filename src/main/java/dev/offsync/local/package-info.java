/**
 * The device's own database: the journal that triggers write, the queue made of it, the versions that rows rest on, the
 * conflict log, and applying what comes from the hub. Everything is in the schema offsync beside the business tables.
 */
@NullMarked
package dev.offsync.local;

import org.jspecify.annotations.NullMarked;

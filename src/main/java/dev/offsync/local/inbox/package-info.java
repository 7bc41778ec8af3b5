/**
 * What came from the hub: gathered in a temporary table, looked at, and written to the business tables set by set.
 */
@NullMarked
package dev.offsync.local.inbox;

import org.jspecify.annotations.NullMarked;

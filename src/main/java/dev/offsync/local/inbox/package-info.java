/**
 * What came from the hub: gathered in a temporary table, looked at, and written to the business tables set by
 * set; or, into a table that is empty here, copied as it comes.
 */
@NullMarked
package dev.offsync.local.inbox;

import org.jspecify.annotations.NullMarked;

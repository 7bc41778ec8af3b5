/**
 * The hub's database as a device uses it: registration and contacts, uploading and applying a batch, the change feed; and
 * the objects that init makes there.
 *
 * <p>Where this departs from the usual:
 *
 * <ul>
 *   <li>A row trigger stands beside the statement triggers, ENABLE REPLICA. A subscription's apply worker fires row
 *       triggers only, and not statement triggers (PostgreSQL manual, 29.9 Logical Replication: Architecture); its
 *       initial copy, and any other session in the replica role, fire both. So the statement triggers stand for ordinary
 *       sessions, the row trigger for the replica role.
 *   <li>A device applies as itself: apply_batch runs with the rights of the device's role, so grants, row-level security
 *       and the hub's triggers need no copy of their rules. Only registration, contacts and sidecars run as the owner.
 *   <li>The exact way, taken where the set-based one meets a constraint, is one statement. Parents and children, deletions,
 *       updates and inserts of all tables are parts of one WITH, each waiting for the one before by a count of its rows:
 *       foreign keys in a circle that cannot be deferred hold at its end. Rows that hold a unique value which another row
 *       of the batch is to get are first put back with their new one in silence (session_replication_role), so that the
 *       update that follows fires the hub's triggers once; a role that may not silence them sets what may be NULL to NULL
 *       first, and they fire twice there.
 *   <li>Blame is found by bisection of rows, not of batches. The hub tries ever shorter beginnings of the batch in
 *       savepoints, at most seventeen for 100,000 rows, and names the row with which it fails as the whole did. A row that
 *       several transactions made is claimed again in halves, until each stands alone.
 * </ul>
 */
@NullMarked
package dev.offsync.hub;

import org.jspecify.annotations.NullMarked;

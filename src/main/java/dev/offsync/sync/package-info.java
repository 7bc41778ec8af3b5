/**
 * The verbs. Each class is one thing a command can do: it takes the settings and its options, works on the device's and
 * the hub's database, and returns a result record. Nothing here prints or asks.
 *
 * <p>Where this departs from the usual:
 *
 * <ul>
 *   <li>A conflict that a rule settles for the device's row is pushed by a following batch of the same run, on top of the
 *       hub's version, and not within the transaction that found it. So there is one way in, and one way to notice that
 *       the hub moved again.
 *   <li>A deletion that would take rows which are not in the batch is a conflict, whether the device ever saw them or
 *       not: a filter, an eviction or a table that this device does not sync keep rows from it that its cursor has
 *       passed.
 *   <li>A batch that never arrived whole is given up and claimed anew, so that what is to be sent is decided in one place.
 *       What was uploaded of it is found again by what it says ({@link dev.offsync.pg.PieceCopy#seal}), not by its number.
 *   <li>A dry run of init, push, pull and sync is the run, undone: both sides do it in {@link
 *       dev.offsync.pg.Database#rehearse}, where transactions are savepoints and nothing is committed, so what is shown
 *       cannot differ from what is done. On the hub a batch is undone within the call that applies it, so that no lock there
 *       waits for the link, and done again at the beginning of the next call; so a push goes as one batch then.
 * </ul>
 *
 * <p>After a hub was restored or replaced, the contact protocol stops every device that saw more. {@link
 * dev.offsync.sync.init.Rejoin} agrees on the last contact anew, makes operations pending again whose batch the hub lost, and
 * marks every table for reconciling. The next run pulls before it pushes: {@link dev.offsync.local.inbox.Reconciliation} compares
 * whole tables by content, since versions may have been issued twice. Equal rows rest on the hub's version; rows of which
 * the device has the later one, or which the hub lacks, become pending work; what the hub was given since meets them as a
 * conflict. A full pull reads whole tables, too, but there a row that the hub lacks goes.
 */
@NullMarked
package dev.offsync.sync;

import org.jspecify.annotations.NullMarked;

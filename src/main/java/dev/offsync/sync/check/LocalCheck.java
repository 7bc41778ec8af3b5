package dev.offsync.sync.check;

import dev.offsync.local.device.IdRanges;
import dev.offsync.local.device.LocalSchema;
import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.TriggerAudit;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import java.sql.SQLException;
import java.util.Optional;

/** The device's side of a check. */
public final class LocalCheck {
    /** A range with less than this share of its keys left is not renewed as it should be: at half it would have been. */
    private static final double LOW = 0.25;

    private final LocalSession session;
    private final Database database;
    private final Findings findings;

    public LocalCheck(LocalSession session, Findings findings) {
        this.session = session;
        this.database = session.database();
        this.findings = findings;
    }

    public void run() throws SQLException {
        String version =
                database.first("SHOW server_version", row -> row.getString(1)).orElse("?");
        findings.passed("local database: PostgreSQL " + version + " at "
                + session.settings().local().address());
        triggers();
        new LocalProbe(database, findings).run(session.tables());
        replicationRole();
        ranges();
        new ServerCheck(database, findings).run();
    }

    private void triggers() throws SQLException {
        int before = findings.count();
        for (SyncedTable table : session.tables()) {
            Optional<TableDefinition> definition = new Catalog(database).table(table.name());
            if (definition.isEmpty()) {
                findings.error(
                        "table_missing",
                        "table " + table.name().display() + " is gone from this database",
                        "create it again, then run offsync init --tables "
                                + table.name().display());
                continue;
            }
            String script = new LocalSchema(database).sql(table, definition.get());
            for (TriggerAudit.Finding fault : new TriggerAudit(database).faults(script)) {
                TriggerFindings.add(
                        findings,
                        fault,
                        "local_trigger",
                        "this database",
                        "run offsync init --tables " + table.name().display()
                                + ", then offsync verify: what was written meanwhile was not captured");
            }
        }
        if (findings.count() == before) {
            findings.passed("capture: every trigger is there and enabled");
        }
    }

    /** The one grant that only a superuser can give; until then offsync works with the application's triggers firing. */
    private void replicationRole() throws SQLException {
        if (LocalTriggers.maySilence(database)) {
            findings.passed("pulled rows fire none of this database's own triggers");
            return;
        }
        long triggers = LocalTriggers.ofApplications(database, session.tables());
        String grant = LocalTriggers.grant(database);
        if (triggers > 0) {
            findings.warning(
                    "replication_role",
                    "pulled rows fire " + triggers + " triggers of this database's own on synced tables",
                    grant);
        } else {
            findings.advice("replication_role", "pulled rows would fire triggers made on synced tables later", grant);
        }
    }

    private void ranges() throws SQLException {
        int before = findings.count();
        var ranges = new IdRanges(database);
        for (IdRange range : ranges.all()) {
            String keys = "column " + TableName.quote(range.column()) + " of table " + range.table();
            if (range.remaining() == 0) {
                findings.error(
                        "id_range_empty",
                        "no key is left for " + keys + ": inserts fail",
                        "run offsync sync to get a new range from the hub");
            } else if (range.remaining() < ranges.lot(range.sequence()).orElse(0L) * LOW) {
                findings.warning(
                        "id_range_low",
                        range.remaining() + " keys are left for " + keys,
                        "run offsync sync to get a new range from the hub; a larger one: offsync init --id-ranges SIZE");
            }
        }
        if (findings.count() == before) {
            findings.passed("key ranges: none runs out soon");
        }
    }
}

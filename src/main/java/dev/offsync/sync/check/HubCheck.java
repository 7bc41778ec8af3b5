package dev.offsync.sync.check;

import dev.offsync.hub.Hub;
import dev.offsync.hub.HubAudit;
import dev.offsync.hub.HubAudit.Access;
import dev.offsync.local.device.IdRanges;
import dev.offsync.model.Endpoint;
import dev.offsync.model.IdRange;
import dev.offsync.model.Problem;
import dev.offsync.model.StatusReport.HubBlocker;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.TriggerAudit;
import dev.offsync.sync.run.Drift;
import dev.offsync.sync.run.Encodings;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The hub's side of a check. Whatever fails on the link ends it as it would end a run. */
public final class HubCheck {
    /** The hub's own keys have come near where they have used up this share of their room. */
    private static final double NEAR = 0.9;

    private final LocalSession session;
    private final HubLink link;
    private final Findings findings;
    private final HubAudit audit;
    private final Endpoint endpoint;

    public HubCheck(LocalSession session, HubLink link, Findings findings) {
        this.session = session;
        this.link = link;
        this.findings = findings;
        this.audit = new HubAudit(link.hub().database());
        this.endpoint = session.settings().hub();
    }

    public void run() throws SQLException {
        findings.passed("hub: PostgreSQL " + ask(HubAudit::version) + " at " + endpoint.address());
        encryption();
        clocks();
        encoding();
        drift();
        for (SyncedTable table : session.tables()) {
            if (table.hubTable() != null) {
                table(table, table.hubTable());
            }
        }
        keys();
        write();
        role();
        blocker();
    }

    private void encryption() {
        Optional<String> protocol = ask(HubAudit::encryption);
        String mode = endpoint.parameters().getOrDefault("sslmode", "prefer");
        boolean loopback =
                endpoint.hosts().stream().allMatch(host -> host.name().matches("localhost|127\\..*|::1"));
        if (protocol.isEmpty() && !loopback) {
            findings.warning(
                    "tls_off",
                    "the link to the hub is not encrypted",
                    "add sslmode=verify-full to the hub's URL, once its server has a certificate");
        } else if (protocol.isPresent() && !mode.equals("verify-full")) {
            findings.advice(
                    "tls_unverified",
                    "the link is encrypted, but with sslmode=" + mode + " anybody could pose as the hub",
                    "use sslmode=verify-full, and sslrootcert where its authority is your own");
        } else {
            findings.passed(protocol.map(version -> "TLS: " + version + ", " + mode)
                    .orElse("TLS: off, on a link within this machine"));
        }
    }

    private void clocks() {
        Optional<Problem> skew = link.skewProblem();
        if (skew.isPresent()) {
            findings.warning(skew.get());
        } else {
            findings.passed("clocks: " + Math.abs(link.skewMs()) + " ms apart");
        }
    }

    private void encoding() throws SQLException {
        String there = link.call(hub -> Encodings.of(hub.database()));
        Optional<Problem> difference = Encodings.difference(Encodings.of(session.database()), there);
        if (difference.isPresent()) {
            findings.warning(difference.get());
        } else {
            findings.passed("encoding: the same on both sides");
        }
    }

    private void drift() throws SQLException {
        var drift = new Drift(session, link);
        drift.look(session.tables());
        drift.problems().forEach(findings::error);
        if (drift.problems().isEmpty()) {
            findings.passed("columns: as the last init found them, on both sides");
        }
    }

    private void table(SyncedTable table, int number) {
        Optional<Access> found = ask(hub -> hub.access(number));
        if (found.isEmpty()) {
            return;
        }
        Access access = found.get();
        List<String> missing = access.missing(table.pushes(), table.pulls());
        String shown = table.name().display();
        if (!missing.isEmpty()) {
            findings.error(
                    "hub_privilege",
                    "user \"" + endpoint.user() + "\" lacks " + String.join(", ", missing) + " on the hub's table "
                            + shown,
                    "GRANT " + String.join(", ", missing) + " ON "
                            + access.table().sql() + " TO " + TableName.quote(endpoint.user()));
        }
        filter(table, access);
        for (TriggerAudit.Finding fault : ask(hub -> hub.triggerFaults(number, access.table()))) {
            TriggerFindings.add(
                    findings,
                    fault,
                    "hub_trigger",
                    "the hub",
                    "run offsync init --hub-only --tables " + shown
                            + " with the table's owner, then offsync pull --full on every device");
        }
    }

    /** What the hub's own sequence gives out must stay below the devices' ranges. */
    private void keys() throws SQLException {
        for (IdRange range : new IdRanges(session.database()).all()) {
            for (SyncedTable table : session.tables()) {
                if (table.name().display().equals(range.table()) && table.hubTable() != null) {
                    keys(range, table.hubTable());
                }
            }
        }
    }

    private void keys(IdRange range, int number) {
        ask(hub -> hub.ownKeys(number, range.column()))
                .filter(own -> own.greatest() > own.first() * NEAR)
                .ifPresent(own -> findings.warning(
                        "hub_keys_near_ranges",
                        "the hub's own keys for column " + TableName.quote(range.column()) + " of table "
                                + range.table() + " have come to " + own.greatest() + "; from " + own.first()
                                + " on they are the devices'",
                        "give the column a larger type on the hub and here, then repeat offsync init"));
    }

    /** A filter chooses what a device asks for; only row-level security decides what it may have. */
    private void filter(SyncedTable table, Access access) {
        if (table.condition() == null) {
            return;
        }
        String shown = table.name().display();
        if (!access.policies()) {
            findings.warning(
                    "filter_without_policy",
                    "the condition on " + shown + " selects rows but protects none: the hub's table has no policy",
                    "on the hub: CREATE POLICY … ON " + access.table().sql() + " and ALTER TABLE "
                            + access.table().sql() + " ENABLE ROW LEVEL SECURITY");
        } else if (access.exempt()) {
            findings.warning(
                    "policy_without_effect",
                    "the policies of the hub's table " + shown + " do not bind user \"" + endpoint.user() + "\"",
                    "let the device log in as a role that neither owns the table nor is a superuser");
        }
    }

    private void write() {
        int before = findings.count();
        for (String complaint : ask(hub -> hub.probe(link.device(), session.tables()))) {
            findings.error(
                    "hub_write", "a write to the hub fails: " + complaint, "mend what it says, or ask the hub's owner");
        }
        if (findings.count() == before) {
            findings.passed("a write to the hub, rolled back there");
        }
    }

    private void role() {
        if (ask(HubAudit::isSuperuser)) {
            findings.warning(
                    "hub_superuser",
                    "user \"" + endpoint.user() + "\" is a superuser of the hub: nothing there can shut this device in",
                    "CREATE ROLE device LOGIN, GRANT offsync_device and the privileges on the tables to it, and name"
                            + " it in --remote");
        }
    }

    private void blocker() {
        Optional<HubBlocker> blocker = link.call(Hub::blocker);
        blocker.ifPresent(session -> findings.warning(
                "hub_blocker",
                "a transaction on the hub, open since " + session.since() + " (pid " + session.pid() + ", "
                        + session.application() + "), holds changes back",
                "end it there: SELECT pg_terminate_backend(" + session.pid() + ")"));
        if (blocker.isEmpty() && !ask(HubAudit::seesSessions)) {
            findings.advice(
                    "hub_sessions_hidden",
                    "user \"" + endpoint.user() + "\" cannot see which session on the hub holds changes back",
                    "on the hub: GRANT pg_read_all_stats TO " + TableName.quote(endpoint.user()));
        }
    }

    private interface Question<T> {
        T ask(HubAudit hub) throws SQLException;
    }

    private <T> T ask(Question<T> question) {
        return link.call(hub -> question.ask(audit));
    }
}

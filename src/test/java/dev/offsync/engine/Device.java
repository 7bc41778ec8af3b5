package dev.offsync.engine;

import dev.offsync.config.Settings;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Direction;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Row;
import dev.offsync.model.SyncResult;
import dev.offsync.model.UndoResult;
import dev.offsync.model.Use;
import dev.offsync.model.VerifyResult;
import dev.offsync.sync.Conflicts;
import dev.offsync.sync.Pull;
import dev.offsync.sync.Push;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.Sync;
import dev.offsync.sync.Undo;
import dev.offsync.sync.Verify;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.verify.VerifyOptions;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestSettings;
import dev.offsync.testing.WarmSessions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One device: its local database, and the verbs as the command line would call them.
 *
 * @param warm whether runs leave their sessions to the next ones, as good as new but for temporary tables; init's never do
 */
record Device(String name, TestDatabase database, String hubUrl, boolean warm) implements AutoCloseable {
    private static final PullOptions EVERYTHING = PullOptions.everything();
    private static final ConflictFilter ANY = new ConflictFilter(null, null, false);

    Device(String name, TestDatabase database, String hubUrl) {
        this(name, database, hubUrl, true);
    }

    /** The same device, whose sessions end with the run. */
    Device cold() {
        return new Device(name, database, hubUrl, false);
    }

    /** A device of its own, whose hub does not matter: only what it captures is looked at. */
    static Device alone(TestDatabase database, String... tables) {
        var device = new Device("alone", database, "postgresql://nobody@localhost:1/none");
        device.init(InitRequest.of(tables).localOnly().existing(InitOptions.Existing.IGNORE));
        return device;
    }

    InitResult init(String... tables) {
        return init(InitRequest.of(tables));
    }

    InitResult init(Direction direction, String... tables) {
        return init(InitRequest.of(tables).direction(direction));
    }

    InitResult initWithRanges(long size, String... tables) {
        return init(InitRequest.of(tables).rangeSize(size));
    }

    /** Deals in this way with the rows that are there already. */
    InitResult initExisting(InitOptions.Existing existing, String... tables) {
        return init(InitRequest.of(tables).existing(existing));
    }

    /** Syncs only those rows of a table for which its condition holds. */
    InitResult initWhere(Map<String, String> where, String... tables) {
        return init(InitRequest.of(tables).where(where));
    }

    /** Makes the tables from the hub's definition first. */
    InitResult initCreating(String... tables) {
        return init(InitRequest.of(tables).createTables());
    }

    InitResult init(InitRequest request) {
        return request.device(name).run(settings());
    }

    /** The way out of a hub that was restored or replaced. */
    InitResult rejoin() {
        return InitRequest.of().rejoin().run(settings());
    }

    /** The way out of a copy, as {@code init --new-identity} types it. */
    InitResult becomeAnother() {
        return InitRequest.of().newIdentity().run(settings());
    }

    /** Pulls as long as {@code limit} allows, at least one chunk. */
    PullResult pull(Duration limit) {
        return new Pull(runs(), Progress.NONE).run(new PullOptions(List.of(), false, limit, false, false));
    }

    PullResult pullFully() {
        return new Pull(runs(), Progress.NONE).run(new PullOptions(List.of(), true, null, false, false));
    }

    /** Keeps a setting in the device's database. */
    void configure(String key, String value) throws SQLException {
        exec(
                "INSERT INTO offsync.sync_config VALUES (?, ?) ON CONFLICT (config_key) DO UPDATE SET config_value = ?",
                key,
                value,
                value);
    }

    PushResult push() {
        return new Push(runs(), Progress.NONE).run(PushOptions.everything());
    }

    PushResult pushMassDelete() {
        return new Push(runs(), Progress.NONE).run(new PushOptions(List.of(), null, null, null, true, false));
    }

    PullResult pullMassDelete() {
        return new Pull(runs(), Progress.NONE).run(new PullOptions(List.of(), false, null, true, false));
    }

    PullResult pull() {
        return new Pull(runs(), Progress.NONE).run(EVERYTHING);
    }

    SyncResult sync() {
        return new Sync(runs(), Progress.NONE).run(PushOptions.everything(), EVERYTHING);
    }

    VerifyResult verify() {
        return new Verify(runs(), Progress.NONE).run(new VerifyOptions(List.of(), false));
    }

    VerifyResult repair() {
        return new Verify(runs(), Progress.NONE).run(new VerifyOptions(List.of(), true));
    }

    /** A rule for conflicts of a type in any table. */
    void rule(String type, String strategy) throws SQLException {
        exec(
                "INSERT INTO offsync.conflict_resolution_rules (conflict_type, resolution_strategy) VALUES (?, ?)",
                type,
                strategy);
    }

    ResolveResult resolve(Use use) {
        return resolve(use, Map.of());
    }

    ResolveResult resolve(Use use, Map<String, @Nullable String> set) {
        return new Conflicts(runs()).resolve(new ResolveOptions(List.of(), ANY, use, set, null, false));
    }

    ResolveResult resolve(Row data) {
        return new Conflicts(runs()).resolve(new ResolveOptions(List.of(), ANY, null, Map.of(), data, false));
    }

    ResolveResult resolve(ResolveOptions options) {
        return new Conflicts(runs()).resolve(options);
    }

    UndoResult undo(long id) {
        return new Undo(runs()).run(id, false);
    }

    ConflictDetail show(long id) {
        return new Conflicts(runs()).show(id);
    }

    /** Every conflict there was, oldest first. */
    List<ConflictEntry> conflicts() {
        return new Conflicts(runs()).list(new ConflictFilter(null, null, true)).conflicts();
    }

    Settings settings() {
        return TestSettings.of(database.url(), hubUrl);
    }

    private Settings runs() {
        return warm ? TestSettings.of(WarmSessions.to(database.url()), WarmSessions.to(hubUrl)) : settings();
    }

    /** What was captured, in the order of the queue: operation, key, and the row after it. */
    List<String> queue() throws SQLException {
        return rows("""
                SELECT operation_type, record_id, coalesce(operation_data, old_data)::text
                FROM offsync.operation_queue
                ORDER BY id
                """);
    }

    /** What was captured, as {@code INSERT 1}, and nothing of the rows. */
    List<String> operations() throws SQLException {
        return rows("SELECT operation_type || ' ' || record_id FROM offsync.operation_queue ORDER BY id");
    }

    /** The states of the queue's operations, oldest first. */
    List<String> states() throws SQLException {
        return rows("SELECT record_id || ' ' || status FROM offsync.operation_queue ORDER BY id");
    }

    void exec(String sql, @Nullable Object... arguments) throws SQLException {
        database.exec(sql, arguments);
    }

    List<String> rows(String sql, @Nullable Object... arguments) throws SQLException {
        return database.rows(sql, arguments);
    }

    @Nullable
    String scalar(String sql, @Nullable Object... arguments) throws SQLException {
        return database.scalar(sql, arguments);
    }

    Sql open() throws SQLException {
        return database.open();
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}

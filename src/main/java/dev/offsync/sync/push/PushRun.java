package dev.offsync.sync.push;

import dev.offsync.hub.Contact;
import dev.offsync.hub.Culprit;
import dev.offsync.hub.Outcome;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.Outbox;
import dev.offsync.local.queue.Queue;
import dev.offsync.local.queue.Queue.Planned;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.PushResult;
import dev.offsync.pg.OutputSettings;
import dev.offsync.sync.pull.MassDelete;
import dev.offsync.sync.run.Drift;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LeaseRenewal;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.run.Report;
import dev.offsync.sync.run.Runs;
import dev.offsync.sync.run.TimeLimit;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One push: settles the batch that an earlier run left in flight, then claims what is pending and sends it batch by batch.
 * Of a batch that the hub rejects, the hub finds the row that is to blame; its transaction is set aside, and the rest is
 * claimed again in halves, which grow again as they pass.
 */
public final class PushRun {
    /** Rules that undo what each other decide must not go round for ever; what is left goes with the next run. */
    private static final int MOST_ROUNDS = 20;

    private final LocalSession session;
    private final HubLink link;
    private final PushOptions options;
    private final Progress progress;
    private final Queue queue;
    private final Outbox outbox;
    private final Packing packing;
    private final Upload upload;
    private final BatchCompletion completion;
    private final Set<Long> tried = new HashSet<>();
    private final TimeLimit time;
    private final Drift drift;
    private int batches;
    private int rounds;
    private @Nullable Outgoing inHand;
    private @Nullable Outgoing ahead;
    private QueueCounts.@Nullable Counts counted;
    private long countedAfter;
    private OptionalLong plannedOperations = OptionalLong.empty();

    public PushRun(LocalSession session, HubLink link, PushOptions options, Progress progress) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.progress = progress;
        this.queue = new Queue(session.database());
        this.outbox = new Outbox(session.database(), session.tables());
        this.packing = new Packing(session, link, outbox);
        this.upload = new Upload(session, link);
        this.completion = new BatchCompletion(session, link, tried);
        this.time = new TimeLimit(options.maxDuration());
        this.drift = new Drift(session, link);
    }

    /** Whether there are operations that a push would send. */
    public static boolean hasWork(LocalSession session) throws SQLException {
        QueueCounts.Counts counts = new QueueCounts(session.database()).all();
        return counts.pending() + counts.processing() > counts.parked();
    }

    public PushResult run() throws SQLException {
        long start = System.nanoTime();
        drift.look(session.tables(options.tables()));
        if (options.dryRun()) {
            return session.database().rehearse(() -> link.hub().rehearse(() -> rehearsed(start)));
        }
        carryOut(batchSize());
        LeaseRenewal.renew(session, link);
        return result(start, false);
    }

    private void carryOut(int most) throws SQLException {
        settle();
        if (queue.wasAbandoned()) {
            upload.expectLeft();
        }
        session.database().transaction(() -> {
            session.database().execute(OutputSettings.forTransaction());
            LocalTriggers.silence(session.database());
            new Settler(session, link.hello().clock()).followEdits();
            return 0;
        });
        send(most);
    }

    private int batchSize() {
        return options.batchSize() != null
                ? options.batchSize()
                : session.settings().batchSize();
    }

    /** Learns from the hub what became of a batch whose reply never came, and finishes it. */
    public void settle() throws SQLException {
        OptionalLong inFlight = queue.inFlight();
        if (inFlight.isEmpty()) {
            return;
        }
        long batch = inFlight.getAsLong();
        if (link.hello().lastBatch() >= batch) {
            outbox.fill(batch);
            List<Outcome> outcomes =
                    link.call(hub -> hub.outcomes(link.device(), batch, LargeRows.largestInConflict()));
            completion.completeInFlight(batch, outcomes);
            batches++;
        } else {
            session.database().transaction(() -> {
                queue.abandon(batch);
                return batch;
            });
        }
    }

    private void send(int most) throws SQLException {
        int size = most;
        List<Planned> planned = claim(size);
        if (options.limit() == null && drift.excludedTables().isEmpty()) {
            plannedOperations = OptionalLong.of(
                    planned.stream().mapToLong(Planned::operations).sum());
        }
        if (!options.allowMassDelete()) {
            new MassDelete(session).refuseToPush(planned);
        }
        while (!planned.isEmpty() && !time.isDue()) {
            try {
                boolean asPlanned = send(planned);
                planned = planned.subList(1, planned.size());
                if (size < most || !asPlanned) {
                    size = Math.min(most, size * 2);
                    planned = claim(size);
                }
            } catch (HubLink.Rejected rejected) {
                size = blame(planned.get(0).batch(), size, rejected);
                planned = claim(size);
            }
            if (planned.isEmpty() && released()) {
                planned = claim(size);
            }
        }
        session.database().transaction(() -> {
            queue.releasePlanned();
            return 0;
        });
    }

    /** Whether the batches sent so far left something that can go in this run, too: conflicts settled for the device. */
    private boolean released() throws SQLException {
        return completion.released() && ++rounds < MOST_ROUNDS && hasWork(session);
    }

    private List<Planned> claim(int size) throws SQLException {
        long limit = options.limit() == null ? Long.MAX_VALUE : Math.max(0, options.limit() - completion.operations());
        ahead = null;
        var notNow = new HashSet<>(tried);
        notNow.addAll(completion.putOff());
        return session.database()
                .transaction(() -> queue.claim(new Queue.Claim(size, limit, drift.excludedTables(), notNow)));
    }

    /**
     * Sends the first of the planned batches, and reads the next one while the hub applies it. False where what became of
     * it may hold back something that is planned.
     */
    private boolean send(List<Planned> planned) throws SQLException, HubLink.Rejected {
        long batch = planned.get(0).batch();
        Outgoing readAhead = ahead != null && ahead.batch() == batch ? ahead : null;
        ahead = null;
        Started started = session.database().transaction(() -> {
            Outgoing packed = readAhead != null ? readAhead : packing.pack(planned.get(0));
            queue.start(batch);
            return new Started(packed, new DeviceStore(session.database()).prepareContact());
        });
        Outgoing outgoing = started.outgoing();
        inHand = outgoing;
        progress.report("pushing", completion.operations(), completion.operations() + outgoing.operations());
        Contact contact = link.contact(started.next());
        String report = report(outgoing);
        boolean asPlanned;
        if (outgoing.rows() == 0) {
            link.call(hub -> {
                hub.contact(contact, report);
                return batch;
            });
            asPlanned = completion.complete(batch, List.of());
        } else {
            asPlanned = apply(outgoing, contact, report, planned);
        }
        batches++;
        return asPlanned;
    }

    /** A batch in flight, and the nonce of the contact that brings it; both are noted in one commit. */
    private record Started(Outgoing outgoing, UUID next) {}

    private boolean apply(Outgoing outgoing, Contact contact, String report, List<Planned> planned)
            throws SQLException, HubLink.Rejected {
        upload.send(outgoing);
        HubLink.Applying<List<Outcome>> applying = link.applyMeanwhile(hub -> hub.apply(
                contact, outgoing.batch(), outgoing.rows(), outgoing.plan(), report, LargeRows.largestInConflict()));
        if (meanwhile(outgoing, planned, applying)) {
            return true;
        }
        List<Outcome> outcomes = applying.await();
        fillOutbox(outgoing);
        return completion.complete(outgoing.batch(), outcomes);
    }

    /**
     * While the hub applies a batch, writes down what it comes to if the hub takes all of it, and upon that reads the next
     * one. False where the hub did not, or where that cannot be known beforehand: then nothing of it was done.
     */
    private boolean meanwhile(Outgoing outgoing, List<Planned> planned, HubLink.Applying<List<Outcome>> applying)
            throws SQLException {
        try {
            if (!completion.mayBeNotedBefore(outgoing)) {
                return false;
            }
            session.database().transaction(() -> {
                completion.note(outgoing);
                if (planned.size() > 1) {
                    ahead = packing.packAhead(planned.get(1));
                }
                if (!tookAll(applying)) {
                    throw new Otherwise();
                }
                completion.completeNoted(outgoing);
                return outgoing;
            });
            completion.count(outgoing);
            return true;
        } catch (Otherwise otherwise) {
            ahead = null;
            return false;
        } finally {
            applying.pass();
        }
    }

    private boolean tookAll(HubLink.Applying<List<Outcome>> applying) {
        try {
            return completion.isAsNoted(applying.await());
        } catch (HubLink.Rejected e) {
            return false;
        }
    }

    /** The hub did not take all of the batch. */
    private static final class Otherwise extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** What the hub had to say about a batch is about rows of the outbox. */
    private void fillOutbox(Outgoing outgoing) throws SQLException {
        if (!outgoing.inOutbox()) {
            outbox.fill(outgoing.batch());
        }
    }

    /** Blames the row that the hub's error is about, or nobody yet; returns the size of the next batches. */
    private int blame(long batch, int size, HubLink.Rejected rejected) throws SQLException {
        Outgoing rejectedBatch = Objects.requireNonNull(inHand);
        fillOutbox(rejectedBatch);
        long operations = outbox.operations();
        Optional<Culprit> found = link.call(hub -> hub.culprit(link.device(), batch, rejectedBatch.plan()));
        long culprit = found.isPresent() ? outbox.culprit(found.get().operation()) : outbox.suspect();
        String message = found.map(Culprit::message).orElse(rejected.text());
        session.database().transaction(() -> {
            if (culprit == 0) {
                queue.abandon(batch);
            } else {
                new OperationStates(session.database())
                        .reject(batch, culprit, message, session.settings().maxRetryCount());
            }
            return batch;
        });
        link.call(hub -> {
            hub.discardUpload(link.device());
            return batch;
        });
        tried.add(culprit);
        return (int) Math.max(1, Math.min(size, operations) / 2);
    }

    /**
     * What is left is known once, with the first batch, from the plan or by counting the queue; from then on it follows from
     * what was sent.
     */
    private String report(Outgoing outgoing) throws SQLException {
        var queueCounts = new QueueCounts(session.database());
        QueueCounts.Counts start = counted;
        if (start == null) {
            start = plannedOperations.isPresent()
                    ? queueCounts.held().plusPending(plannedOperations.getAsLong() - outgoing.operations())
                    : queueCounts.all();
            counted = start;
            countedAfter = completion.operations();
        }
        long left = Math.max(0, start.pending() - (completion.operations() - countedAfter));
        var now = new QueueCounts.Counts(
                left, start.processing(), queueCounts.failed(), start.conflict(), start.parked());
        return Report.json(now, new ConflictLog(session.database()).open().size(), link.skewMs());
    }

    /**
     * What the run would do, found by doing it: both sides undo it afterwards. It goes as one batch, however many it would
     * be, since the hub undoes each within its call, lest a lock wait for the link, and does it again in the next one's.
     */
    private PushResult rehearsed(long start) throws SQLException {
        long limit = options.limit() == null ? Long.MAX_VALUE : options.limit();
        int planned = queue.claim(new Queue.Claim(batchSize(), limit, drift.excludedTables(), tried))
                .size();
        queue.releasePlanned();
        carryOut(Integer.MAX_VALUE);
        batches = Math.max(batches, planned);
        return result(start, true);
    }

    private PushResult result(long start, boolean dryRun) throws SQLException {
        var counts = new QueueCounts(session.database());
        QueueCounts.Counts now = counts.all();
        List<OpenConflict> open = new ConflictLog(session.database()).open();
        var problems = new ArrayList<Problem>(counts.problems());
        problems.addAll(drift.problems());
        link.skewProblem().ifPresent(problems::add);
        return new PushResult(
                completion.operations(),
                completion.operations() - completion.rows(),
                batches,
                now.pending() + now.processing(),
                now.failed(),
                now.parked(),
                new ConflictCounts(completion.detected(), completion.resolved(), open.size()),
                open,
                link.skewMs(),
                Runs.millisSince(start),
                dryRun,
                problems);
    }
}

package dev.offsync.simulation;

import dev.offsync.model.SyncResult;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** One history as it happens. */
final class Life implements AutoCloseable, Disturbance.WayOut {
    /** After everybody has synced twice with no new writes, all have the hub's rows. */
    private static final int ROUNDS = 2;

    /** How often a person decides whatever is open: what was decided on one device may be a conflict on another. */
    private static final int PATIENCE = 8;
    /** One history of so many ends with a look at what idle cycles move, which costs as much as half of the settling. */
    private static final int EVERY_SO_OFTEN = 4;

    private final Place hub;
    private final List<Gadget> gadgets;
    private final List<Writer> writers;
    private final Deque<Writer> open = new ArrayDeque<>();
    private final Set<String> notes = new TreeSet<>();
    private int counts;

    /** @param writers one for each device there may be, and the last one for the hub */
    Life(Place hub, List<Gadget> gadgets, List<Writer> writers) {
        this.hub = hub;
        this.gadgets = gadgets;
        this.writers = writers;
    }

    List<String> live(History history) throws SQLException {
        try {
            for (Step step : history.steps()) {
                happen(step);
            }
            List<String> wrong = settle();
            return wrong.isEmpty() && history.seed() % EVERY_SO_OFTEN == 0 ? idle() : wrong;
        } catch (Disturbance.Broken broken) {
            return List.of(broken.toString());
        }
    }

    private void happen(Step step) throws SQLException {
        if (step instanceof Step.Write write) {
            Writer writer = writers.get(write.site() == Step.HUB ? writers.size() - 1 : write.site());
            writer.begin(write.statements());
            count(writer.commit());
        } else if (step instanceof Step.Open transaction) {
            var writer = new Writer(hub.database());
            writer.begin(transaction.statements());
            open.add(writer);
        } else if (step instanceof Step.Commit) {
            take();
        } else if (step instanceof Step.Run run) {
            new Disturbance(hub, gadgets.get(run.device()), this).run(run);
        }
    }

    private void count(Writer.Committed committed) {
        notes.addAll(committed.notes());
        counts += committed.counts();
    }

    @Override
    public boolean exists() {
        return !open.isEmpty();
    }

    /** Commits the transaction that has been open longest, if there is one. */
    @Override
    public void take() throws SQLException {
        Writer oldest = open.poll();
        if (oldest != null) {
            try (oldest) {
                count(oldest.commit());
            }
        }
    }

    private List<String> settle() throws SQLException {
        while (!open.isEmpty()) {
            take();
        }
        rounds();
        var person = new Person(hub.database(), gadgets);
        for (int patience = PATIENCE; person.isAsked(); patience--) {
            List<String> wrong = person.look();
            if (!wrong.isEmpty() || patience == 0) {
                return wrong.isEmpty() ? List.of("a person is asked again and again") : wrong;
            }
            person.decide();
            rounds();
        }
        return new Findings(hub, gadgets).look(notes, counts);
    }

    private void rounds() throws SQLException {
        var findings = new Findings(hub, gadgets);
        for (int round = 0; round < ROUNDS; round++) {
            for (int device = 0; device < gadgets.size(); device++) {
                if (round == 0 || !findings.isInStep(device)) {
                    happen(new Step.Run(device, Step.Verb.SYNC, Step.Fault.NONE));
                }
            }
        }
    }

    private List<String> idle() {
        var wrong = new ArrayList<String>();
        for (int device = 0; device < gadgets.size(); device++) {
            SyncResult idle = gadgets.get(device).sync();
            long moved =
                    idle.push().pushed() + idle.pull().pulled() + idle.pull().skipped();
            if (moved != 0) {
                wrong.add("an idle sync of device " + device + " moves something: " + idle);
            }
        }
        return wrong;
    }

    @Override
    public void close() throws SQLException {
        for (Writer writer : open) {
            writer.close();
        }
    }
}

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Transactions of the official client while the broker is killed and started again between every two
 * steps: half, decision, question, answer. In the end each half has one decision: what was committed
 * is in the topic once, what was rolled back is not there, and nothing is asked about any more.
 *
 * <p>{@code TransactionKills PINTLE DIR ROUNDS FLUSH}
 */
public final class TransactionKills {
    private static final String TOPIC = "transaction-kills";
    private static final int WAIT_MS = 120_000;

    private enum Plan { COMMIT, ROLL_BACK, COMMIT_WHEN_ASKED, ROLL_BACK_WHEN_ASKED, COMMIT_WHEN_ASKED_AGAIN }

    private enum Kill { NEVER, BEFORE_DECISION, AFTER_DECISION, AT_QUESTION, AFTER_ANSWER }

    /** One transaction: what is to become of it, and when the broker dies meanwhile. */
    private static final class Half {
        final Plan plan;
        final Kill kill;
        volatile boolean sent;
        volatile int asked;
        volatile boolean killed;

        Half(Plan plan, Kill kill) {
            this.plan = plan;
            this.kill = kill;
        }

        boolean committed() {
            return sent && plan != Plan.ROLL_BACK && plan != Plan.ROLL_BACK_WHEN_ASKED;
        }

        boolean waitsForQuestion() {
            return plan.ordinal() >= Plan.COMMIT_WHEN_ASKED.ordinal();
        }
    }

    private final Server server;
    private final Map<String, Half> halves = new ConcurrentHashMap<>();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile long lastQuestion = System.currentTimeMillis();
    private int number;

    private TransactionKills(Server server) {
        this.server = server;
    }

    public static void main(String[] args) throws Exception {
        String name = "transaction-kills/" + args[3];
        String why;
        try (Server server = new Server(args[0], Path.of(args[1]), "store.flush=" + args[3], "transactions.timeout_ms=500",
            "transactions.check_interval_ms=500", "store.segment_bytes=4MiB",
            "store.disk_force_clean_percent=100", "store.disk_full_percent=100")) {
            TransactionKills run = new TransactionKills(server);
            why = run.run(Integer.parseInt(args[2]));
            if (why == null) {
                System.out.printf("PASS %s (%d halves, %d committed, %d questions, %d kills)%n", name, run.halves.size(),
                    run.halves.values().stream().filter(Half::committed).count(),
                    run.halves.values().stream().mapToInt(half -> half.asked).sum(), server.kills());
            }
        }
        if (why != null) {
            System.out.printf("FAIL %s: %s%n", name, why);
        }
        System.exit(why == null ? 0 : 1);
    }

    private String run(int rounds) throws Exception {
        TransactionMQProducer producer = producer();
        for (int round = 0; round < rounds; round++) {
            for (Plan plan : Plan.values()) {
                for (Kill kill : Kill.values()) {
                    Half half = send(producer, plan, kill);
                    if (kill == Kill.AT_QUESTION || kill == Kill.AFTER_ANSWER) {
                        awaitKill(half);
                    }
                }
            }
        }
        // Whoever has not been asked yet will be; then there is nothing to ask about any more.
        long deadline = System.currentTimeMillis() + WAIT_MS;
        while (System.currentTimeMillis() - lastQuestion < 5_000 || unasked() > 0) {
            if (System.currentTimeMillis() > deadline) {
                return unasked() + " halves were never asked about, or questions do not end";
            }
            Thread.sleep(100);
        }
        server.killAndStart();
        Thread.sleep(3_000);
        String why = failure.get() != null ? failure.get() : compare(read());
        producer.shutdown();
        return why;
    }

    private long unasked() {
        return halves.values().stream().filter(half -> half.sent && half.waitsForQuestion() && half.asked == 0).count();
    }

    private Half send(TransactionMQProducer producer, Plan plan, Kill kill) throws Exception {
        Half half = new Half(plan, kill);
        String key = "half-" + number++;
        halves.put(key, half);
        Message message = new Message(TOPIC, "", key, key.getBytes(StandardCharsets.UTF_8));
        for (int tries = 0; ; tries++) {
            try {
                producer.sendMessageInTransaction(message, half);
                break;
            } catch (Exception e) {
                // Not stored, or stored without an answer: then it is asked about, and rolled back.
                if (tries == 20) {
                    throw e;
                }
                halves.put(key, new Half(Plan.ROLL_BACK, Kill.NEVER));
                key = "half-" + number++;
                halves.put(key, half);
                message = new Message(TOPIC, "", key, key.getBytes(StandardCharsets.UTF_8));
                Thread.sleep(100);
            }
        }
        if (kill == Kill.AFTER_DECISION) {
            // The decision is on its way, or there, or written.
            Thread.sleep(0, (number % 7) * 100_000);
            server.killAndStart();
        }
        return half;
    }

    private void awaitKill(Half half) throws Exception {
        long deadline = System.currentTimeMillis() + 10_000;
        while (half.waitsForQuestion() && !half.killed && System.currentTimeMillis() < deadline) {
            Thread.sleep(10);
        }
        Thread.sleep(20);
    }

    private TransactionMQProducer producer() throws Exception {
        TransactionMQProducer producer = new TransactionMQProducer("transaction-kills");
        producer.setNamesrvAddr(server.namesrv());
        // A broker that came back learns from a heartbeat whom it can ask.
        producer.setHeartbeatBrokerInterval(500);
        producer.setPollNameServerInterval(500);
        producer.setRetryTimesWhenSendFailed(0);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object state) {
                return decide((Half) state, message.getKeys());
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return answer(message.getKeys());
            }
        });
        producer.start();
        return producer;
    }

    private LocalTransactionState decide(Half half, String key) {
        half.sent = true;
        if (half.kill == Kill.BEFORE_DECISION) {
            kill();
        }
        switch (half.plan) {
            case COMMIT:
                return LocalTransactionState.COMMIT_MESSAGE;
            case ROLL_BACK:
                return LocalTransactionState.ROLLBACK_MESSAGE;
            default:
                return LocalTransactionState.UNKNOW;
        }
    }

    private synchronized LocalTransactionState answer(String key) {
        lastQuestion = System.currentTimeMillis();
        Half half = halves.get(key);
        if (half == null || !half.sent) {
            // Its send failed, and yet it is there.
            return LocalTransactionState.ROLLBACK_MESSAGE;
        }
        half.asked++;
        if (half.kill == Kill.AT_QUESTION && !half.killed) {
            half.killed = true;
            kill();
        }
        if (half.kill == Kill.AFTER_ANSWER && !half.killed) {
            half.killed = true;
            new Thread(this::kill).start();
        }
        if (half.plan == Plan.COMMIT_WHEN_ASKED_AGAIN && half.asked == 1) {
            return LocalTransactionState.UNKNOW;
        }
        return half.committed() ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.ROLLBACK_MESSAGE;
    }

    private void kill() {
        try {
            server.killAndStart();
        } catch (Exception e) {
            failure.compareAndSet(null, e.toString());
        }
    }

    private List<String> read() throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("reader");
        consumer.setNamesrvAddr(server.namesrv());
        consumer.start();
        List<String> bodies = new ArrayList<>();
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(TOPIC)) {
            long end = consumer.maxOffset(queue);
            for (long offset = 0; offset < end; ) {
                PullResult pulled = consumer.pull(queue, "*", offset, 32);
                for (MessageExt message : pulled.getMsgFoundList()) {
                    bodies.add(new String(message.getBody(), StandardCharsets.UTF_8));
                }
                offset = pulled.getNextBeginOffset();
            }
        }
        consumer.shutdown();
        return bodies;
    }

    private String compare(List<String> bodies) {
        Map<String, Integer> times = new TreeMap<>();
        bodies.forEach(body -> times.merge(body, 1, Integer::sum));
        List<String> complaints = new ArrayList<>();
        times.forEach((key, count) -> {
            Half half = halves.get(key);
            if (half == null || !half.committed()) {
                complaints.add(key + " was not committed: " + describe(half));
            }
            if (count > 1) {
                complaints.add(key + " is there " + count + " times: " + describe(half));
            }
        });
        long committed = halves.values().stream().filter(Half::committed).count();
        if (times.size() < committed) {
            complaints.add((committed - times.size()) + " of " + committed + " committed are lost");
            halves.forEach((key, half) -> {
                if (half.committed() && !times.containsKey(key)) {
                    complaints.add(key + " " + describe(half));
                }
            });
        }
        return complaints.isEmpty() ? null : String.join("; ", complaints.subList(0, Math.min(8, complaints.size())));
    }

    private static String describe(Half half) {
        return half == null ? "unknown" : half.plan + ", killed " + half.kill + ", asked " + half.asked;
    }
}

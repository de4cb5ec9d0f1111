import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/**
 * Messages of a few orders, each to its queue, one after the other, while members of the group come,
 * leave and are killed, and the broker is killed. Every message is delivered; none for the first time
 * after a later one of its order; and no queue is consumed by two members at once.
 *
 * <p>{@code OrderThroughKill PINTLE DIR NAME SECONDS SETTING,... READER...}: READER is the command of
 * one member, to which the name server, the topic and the group are added.
 */
public final class OrderThroughKill {
    private static final String TOPIC = "order-through-kill";
    private static final int ORDERS = 8;
    private static final int QUEUES = 4;
    private static final int WAIT_MS = 180_000;

    /** One delivery. */
    private record Delivery(String reader, long begin, long end, int queue, int order, int number) { }

    private final List<Delivery> deliveries = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Process> readers = new HashMap<>();
    private final List<String> command;
    private final Path dir;
    private final Server server;
    private final int[] sent = new int[ORDERS];
    private volatile boolean stopping;
    private volatile String failure;

    private OrderThroughKill(Server server, Path dir, List<String> command) {
        this.server = server;
        this.dir = dir;
        this.command = command;
    }

    public static void main(String[] args) throws Exception {
        Path dir = Path.of(args[1]);
        String name = "order-through-kill/" + args[2];
        String why;
        String[] settings = args[4].isEmpty() ? new String[0] : args[4].split(",");
        try (Server server = new Server(args[0], dir, settings)) {
            OrderThroughKill run = new OrderThroughKill(server, dir, Arrays.asList(args).subList(5, args.length));
            try {
                why = run.run(Integer.parseInt(args[3]));
            } finally {
                run.readers.values().forEach(Process::destroyForcibly);
            }
            if (why == null) {
                System.out.printf("PASS %s (%d messages, %d deliveries, %d kills of the broker)%n", name,
                    Arrays.stream(run.sent).sum(), run.deliveries.size(), server.kills());
            }
        }
        if (why != null) {
            System.out.printf("FAIL %s: %s%n", name, why);
        }
        System.exit(why == null ? 0 : 1);
    }

    private String run(int seconds) throws Exception {
        Thread producer = new Thread(this::produce);
        producer.start();
        long step = seconds * 1_000L / 8;
        start("a");
        start("b");
        Thread.sleep(step);
        start("c");
        Thread.sleep(step);
        server.killAndStart();
        Thread.sleep(step);
        kill("b");
        Thread.sleep(2 * step);
        server.killAndStart();
        start("d");
        Thread.sleep(step);
        // In order: it gives its locks back.
        readers.remove("a").destroy();
        Thread.sleep(step);
        server.killAndStart();
        Thread.sleep(step);
        stopping = true;
        producer.join();
        long deadline = System.currentTimeMillis() + WAIT_MS;
        while (failure == null && missing() > 0 && System.currentTimeMillis() < deadline) {
            Thread.sleep(200);
        }
        return failure != null ? failure : verdict();
    }

    private void start(String reader) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(server.namesrv(), TOPIC, "members"));
        File errors = dir.resolve("reader-" + reader + ".err").toFile();
        Process process = new ProcessBuilder(words).redirectError(errors).start();
        readers.put(reader, process);
        Thread thread = new Thread(() -> listen(reader, process));
        thread.setDaemon(true);
        thread.start();
    }

    private void kill(String reader) throws InterruptedException {
        Process process = readers.remove(reader);
        process.destroyForcibly().waitFor();
    }

    private void listen(String reader, Process process) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                // The last line of one that was killed may be cut.
                if (words.length == 6 && words[5].equals(".")) {
                    deliveries.add(new Delivery(reader, Long.parseLong(words[0]), Long.parseLong(words[1]),
                        Integer.parseInt(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4])));
                }
            }
        } catch (IOException killed) {
            return;
        }
    }

    /** The next message of an order is sent when the one before is acknowledged. */
    private void produce() {
        try {
            DefaultMQProducer producer = new DefaultMQProducer("order-through-kill");
            producer.setNamesrvAddr(server.namesrv());
            producer.setDefaultTopicQueueNums(QUEUES);
            producer.setPollNameServerInterval(1_000);
            producer.start();
            while (!stopping) {
                for (int order = 0; order < ORDERS; order++) {
                    send(producer, order, sent[order]);
                    sent[order]++;
                }
                Thread.sleep(10);
            }
            producer.shutdown();
        } catch (Exception e) {
            failure = "the producer: " + e;
        }
    }

    private static void send(DefaultMQProducer producer, int order, int number) throws Exception {
        Message message = new Message(TOPIC, (order + " " + number + " .").getBytes(StandardCharsets.US_ASCII));
        for (int tries = 0; ; tries++) {
            try {
                if (producer.send(message, (queues, m, key) -> queues.get(order % queues.size()), order)
                    .getSendStatus() == SendStatus.SEND_OK) {
                    return;
                }
            } catch (Exception e) {
                if (tries == 100) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private int missing() {
        int[] next = new int[ORDERS];
        synchronized (deliveries) {
            deliveries.forEach(one -> next[one.order] = Math.max(next[one.order], one.number + 1));
        }
        int missing = 0;
        for (int order = 0; order < ORDERS; order++) {
            missing += sent[order] - next[order];
        }
        return missing;
    }

    private String verdict() {
        List<Delivery> all;
        synchronized (deliveries) {
            all = new ArrayList<>(deliveries);
        }
        all.sort(Comparator.comparingLong(Delivery::begin));
        int[] next = new int[ORDERS];
        Map<Integer, Delivery> lastOfQueue = new HashMap<>();
        int inversions = 0;
        int overlaps = 0;
        String first = "";
        for (Delivery one : all) {
            if (one.number > next[one.order]) {
                inversions++;
                first += one + " while " + next[one.order] + " was next; ";
            }
            next[one.order] = Math.max(next[one.order], one.number + 1);
            Delivery last = lastOfQueue.put(one.queue, one);
            if (last != null && one.begin < last.end && !one.reader.equals(last.reader)) {
                overlaps++;
                first += one + " during " + last + "; ";
            }
        }
        int missing = missing();
        if (inversions + overlaps + missing == 0 && all.size() > 0) {
            return null;
        }
        return inversions + " inversions, " + overlaps + " queues consumed twice at once, " + missing + " of "
            + Arrays.stream(sent).sum() + " missing: " + first.substring(0, Math.min(600, first.length()));
    }
}

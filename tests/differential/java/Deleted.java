import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * What two brokers answer once the oldest messages are deleted. Both have small log files and delete
 * what is old at once; which messages are left is each one's own affair, so offsets are compared as
 * distances from the queue's ends.
 *
 * <p>Deleted JAVA_BROKER OUR_BROKER
 */
public final class Deleted {
    private static final long TIMEOUT_MS = 15_000;
    private static final String PART = "deleted-in-part";
    private static final String WHOLE = "deleted-as-a-whole";
    private static final String EMPTY = "never-written";

    private final NettyRemotingClient client = new NettyRemotingClient(new NettyClientConfig());
    private final String broker;

    private Deleted(String broker) {
        this.broker = broker;
        client.start();
    }

    public static void main(String[] args) {
        try {
            System.exit(compare(args) ? 0 : 1);
        } catch (Exception e) {
            e.printStackTrace();
            System.out.println("0 passed, 1 failed");
            System.exit(1);  // the clients' threads would go on
        }
    }

    private static boolean compare(String[] args) throws Exception {
        List<Map<String, String>> answers = new ArrayList<>();
        for (String broker : args) {
            answers.add(new Deleted(broker).answers());
        }
        int failed = 0;
        for (Map.Entry<String, String> theirs : answers.get(0).entrySet()) {
            String ours = answers.get(1).get(theirs.getKey());
            if (System.getenv("DIFFERENTIAL_VERBOSE") != null) {
                System.out.printf("  %s: %s%n", theirs.getKey(), theirs.getValue());
            }
            if (!theirs.getValue().equals(ours)) {
                failed++;
                System.out.printf("FAIL %s%n  theirs %s%n  ours   %s%n", theirs.getKey(), theirs.getValue(), ours);
            }
        }
        System.out.printf("%d answers about deleted messages%n", answers.get(0).size());
        System.out.printf("%d passed, %d failed%n", failed == 0 ? 1 : 0, failed == 0 ? 0 : 1);
        return failed == 0;
    }

    private Map<String, String> answers() throws Exception {
        for (String topic : new String[] {PART, WHOLE, EMPTY}) {
            ask(17, null, "topic", topic, "defaultTopic", "TBW102", "readQueueNums", "1", "writeQueueNums", "1",
                "perm", "6", "topicFilterType", "SINGLE_TAG", "order", "false", "topicSysFlag", "0");
        }
        for (int i = 0; i < 8; i++) {
            send(WHOLE);
        }
        // Some of a group's messages go before it reads them.
        ask(15, null, "consumerGroup", "late", "topic", PART, "queueId", "0", "commitOffset", "1");
        long deadline = System.currentTimeMillis() + 180_000;
        do {
            for (int i = 0; i < 20; i++) {
                send(PART);
            }
            Thread.sleep(100);
        } while (offset(31, PART) < 20 && System.currentTimeMillis() < deadline);
        awaitQuiet(deadline);
        Map<String, String> found = new LinkedHashMap<>();
        long min = offset(31, PART);
        long max = offset(30, PART);
        for (long at : new long[] {-5, -1, 0, 1, min - 1, max, max + 1, max + 100, Long.MAX_VALUE}) {
            found.put("pull " + name(at, min, max) + " of a queue that begins later", pull(PART, 0, at, min, max));
        }
        awaitFirst();
        for (long at : new long[] {-1, 0, 4, 8, 9, 20}) {
            found.put("pull " + at + " of 8 that are all deleted", pull(WHOLE, 0, at, offset(31, WHOLE), 8));
        }
        for (long at : new long[] {-1, 0, 1, 20}) {
            found.put("pull " + at + " of an empty queue", pull(EMPTY, 0, at, 0, 0));
            found.put("pull " + at + " of a queue that the topic does not have", pull(EMPTY, 3, at, 0, 0));
        }
        found.put("ends of an empty queue", offset(31, EMPTY) + " " + offset(30, EMPTY));
        found.put("end where all are deleted", String.valueOf(offset(30, WHOLE)));
        found.put("offset by a time after all", name(searched(PART, System.currentTimeMillis() + 86_400_000), min, max));
        found.put("offset of a group whose next message is deleted",
            text(ask(14, null, "consumerGroup", "late", "topic", PART, "queueId", "0"), min, max));
        found.put("offset of a new group", text(ask(14, null, "consumerGroup", "new", "topic", PART, "queueId", "0"), min, max));
        return found;
    }

    /** RocketMQ deletes every 10 s, first of the log and in a later round of the queues. */
    private void awaitQuiet(long deadline) throws Exception {
        long before = -1;
        for (int same = 0; same < 2 && System.currentTimeMillis() < deadline; ) {
            Thread.sleep(12_000);
            long now = offset(31, PART);
            same = now == before ? same + 1 : 0;
            before = now;
        }
    }

    private void send(String topic) throws Exception {
        byte[] body = new byte[1024];
        RemotingCommand answer = ask(10, body, "producerGroup", "writers", "topic", topic, "defaultTopic", "TBW102",
            "defaultTopicQueueNums", "4", "queueId", "0", "sysFlag", "0", "bornTimestamp", "1", "flag", "0",
            "properties", "", "reconsumeTimes", "0", "unitMode", "false", "batch", "false");
        if (answer.getCode() != 0) {
            throw new IllegalStateException(broker + ": " + answer.getRemark());
        }
    }

    private String pull(String topic, int queue, long at, long min, long max) throws Exception {
        return text(pulled(topic, queue, at), min, max);
    }

    private RemotingCommand pulled(String topic, int queue, long at) throws Exception {
        // Not to be held: only the subscription comes along.
        return ask(11, null, "consumerGroup", "readers", "topic", topic, "queueId", "" + queue, "queueOffset", "" + at,
            "maxMsgNums", "4", "sysFlag", "4", "commitOffset", "0", "suspendTimeoutMillis", "0",
            "subscription", "*", "subVersion", "1", "expressionType", "TAG");
    }

    /**
     * A reader that goes where it is told gets to the first message. RocketMQ's first offset stays
     * behind for a while, and whoever pulls there is sent on (PULL_RETRY_IMMEDIATELY); ours is exact.
     */
    private void awaitFirst() throws Exception {
        long at = offset(31, PART);
        for (int i = 0; i < 1000; i++) {
            RemotingCommand answer = pulled(PART, 0, at);
            if (answer.getCode() == 0) {
                return;
            }
            at = Long.parseLong(answer.getExtFields().get("nextBeginOffset"));
        }
        throw new IllegalStateException(broker + ": no message is found from the first offset on");
    }

    private long offset(int code, String topic) throws Exception {
        return Long.parseLong(ask(code, null, "topic", topic, "queueId", "0").getExtFields().get("offset"));
    }

    private long searched(String topic, long timestamp) throws Exception {
        RemotingCommand answer = ask(29, null, "topic", topic, "queueId", "0", "timestamp", "" + timestamp);
        return Long.parseLong(answer.getExtFields().get("offset"));
    }

    private RemotingCommand ask(int code, byte[] body, String... fields) throws Exception {
        RemotingCommand request = RemotingCommand.createRequestCommand(code, null);
        TreeMap<String, String> all = new TreeMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            all.put(fields[i], fields[i + 1]);
        }
        request.setExtFields(new java.util.HashMap<>(all));
        request.setBody(body);
        return client.invokeSync(broker, request, TIMEOUT_MS);
    }

    private static String text(RemotingCommand answer, long min, long max) {
        StringBuilder text = new StringBuilder().append(answer.getCode()).append(' ').append(Text.plain(answer.getRemark()));
        if (answer.getExtFields() != null) {
            new TreeMap<>(answer.getExtFields()).forEach((key, value) ->
                text.append(' ').append(key).append('=').append(value.matches("-?[0-9]+") ? name(Long.parseLong(value), min, max) : value));
        }
        byte[] body = answer.getBody();
        return text + (body == null ? "" : " body " + (body.length > 0 ? "of messages" : "empty"));
    }

    /** Offsets near an end by their distance, whatever the other end is. */
    private static String name(long at, long min, long max) {
        if (at > 20 && Math.abs(at - min) <= 1) {
            return "min" + (at == min ? "" : at > min ? "+1" : "-1");
        }
        if (at > 20 && Math.abs(at - max) <= 100) {
            return "max" + (at == max ? "" : String.format("%+d", at - max));
        }
        return String.valueOf(at);
    }
}

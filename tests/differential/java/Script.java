import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/** A random sequence of requests, the same for the same seed. Topics and groups are its own. */
final class Script {
    private static final int STEPS = 40;
    private static final String[] KEYS = {"a", "b", "order-1", "\u6d88\u606f"};
    private static final String[] TAGS = {"", "red", "green", "blue"};

    private final Random random;
    private final long seed;
    private final String[] topics;
    private final String[] groups;
    /** Offset message ids that were given out: theirs and ours. */
    private final List<String[]> ids = new ArrayList<>();
    /** Halves without a decision: their place in the queue of halves and in the log, each theirs and ours. */
    private final List<String[][]> halves = new ArrayList<>();
    private int steps;
    private int closing;

    Script(long seed) {
        this.seed = seed;
        random = new Random(seed);
        topics = new String[] {"diff-" + seed + "-a", "diff-" + seed + "-b", "diff-" + seed + "-never"};
        groups = new String[] {"group-" + seed + "-a", "group-" + seed + "-b"};
    }

    /** Null at the end. */
    Step next() {
        if (steps++ == 0) {
            return createTopic(topics[0], 1 + random.nextInt(4));
        }
        if (steps == 2) {
            return heartbeat(groups[0]);
        }
        if (steps > STEPS) {
            return closing();
        }
        Step step = draw();
        if (random.nextInt(5) == 0) {
            spoil(step);
        }
        return step;
    }

    /** Whatever went before, both must stand alike at the end. */
    private Step closing() {
        int i = closing++;
        // RocketMQ writes all topics anew with each one that is made.
        if (i >= 12) {
            return i - 12 < topics.length ? new Step(215, "deleteTopic").with("topic", topics[i - 12]) : null;
        }
        String topic = topics[i / 6];
        switch (i % 6) {
            case 0:
            case 1:
                return new Step(30, "maxOffset").with("topic", topic).with("queueId", i % 2);
            case 2:
                return new Step(31, "minOffset").with("topic", topic).with("queueId", 0);
            case 3:
                return new Step(30, "maxOffset").with("topic", "%DLQ%" + groups[i / 6]).with("queueId", 0);
            default:
                return pull(topic, groups[0], i % 3, 0, "*", 32);
        }
    }

    void learn(Step step, RemotingCommand[] answers) {
        String theirs = field(answers[0], "msgId");
        String ours = field(answers[1], "msgId");
        if (theirs == null || ours == null || theirs.contains(",")) {
            return;
        }
        if (step.half) {
            halves.add(new String[][] {
                {field(answers[0], "queueOffset"), field(answers[1], "queueOffset")}, {offset(theirs), offset(ours)}});
        } else if (ids.size() < 20) {
            ids.add(new String[] {theirs, ours});
        }
    }

    private static String field(RemotingCommand answer, String name) {
        return answer.getExtFields() == null ? null : answer.getExtFields().get(name);
    }

    private <T> T any(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private Step draw() {
        switch (random.nextInt(34)) {
            case 0: case 1: case 2: case 3: case 4: case 5:
                return send(random.nextBoolean());
            case 6:
                return sendBatch();
            case 7: case 8: case 9: case 10:
                return pull(any(topics), any(groups), random.nextInt(5), random.nextInt(8),
                    any(new String[] {"*", "red", "red || blue", "", "none"}), 1 + random.nextInt(40));
            case 11:
                return new Step(30, "maxOffset").with("topic", any(topics)).with("queueId", random.nextInt(5));
            case 12:
                return new Step(31, "minOffset").with("topic", any(topics)).with("queueId", random.nextInt(5));
            case 13:
                return new Step(29, "offsetByTime").with("topic", any(topics)).with("queueId", random.nextInt(4))
                    .with("timestamp", any(new Long[] {0L, 1L, 4102444800000L}));
            case 14: case 15:
                return new Step(15, "commitOffset").with("consumerGroup", any(groups)).with("topic", any(topics))
                    .with("queueId", random.nextInt(4)).with("commitOffset", random.nextInt(10));
            case 16: case 17:
                return new Step(14, "queryOffset").with("consumerGroup", any(groups)).with("topic", any(topics))
                    .with("queueId", random.nextInt(4));
            case 18:
                return random.nextInt(3) == 0 ? createTopic(topics[1], 1 + random.nextInt(4)) : heartbeat(any(groups));
            case 19:
                return new Step(38, "consumers").with("consumerGroup", any(groups));
            case 20:
                return random.nextInt(4) == 0 ? unregister(any(groups)) : lock(random.nextInt(3) != 0);
            case 21:
                return queryByKey();
            case 22:
                return view();
            case 23:
                return new Step(202, "topicStats").with("topic", any(topics));
            case 24:
                return random.nextInt(3) == 0
                    ? new Step(215, "deleteTopic").with("topic", topics[1])
                    : new Step(208, "consumeStats").with("consumerGroup", any(groups)).with("topic", topics[0]);
            case 25: case 26:
                return half();
            case 27: case 28:
                return endTransaction();
            case 29: case 30:
                return sendBack();
            case 31:
                return resetOffset();
            case 32:
                return reply();
            default:
                return new Step(any(new Integer[] {0, 9, 99, 7777, 2147483647}), "unknown");
        }
    }

    /** A missing, empty, malformed or absurd field. */
    private void spoil(Step step) {
        // A send that fails may or may not have created its topic.
        boolean send = step.name.startsWith("send");
        if (step.fields.isEmpty() || send && !step.fields.containsValue(topics[0])) {
            return;
        }
        // A half whose place is unknown could not be ended; what is done in the middle is done.
        if (step.half || step.code == 37) {
            return;
        }
        // A pull that fails may or may not have made its group known.
        if (step.name.equals("pull") && !step.fields.containsValue(groups[0])) {
            return;
        }
        List<String> names = new ArrayList<>(new java.util.TreeSet<>(step.fields.keySet()));
        // Without a unique key each broker makes one of its own address.
        names.remove("i");
        names.remove("properties");
        // Flags that tell of other addresses or compression than there is spoil the message itself.
        names.remove("f");
        if (send) {
            names.remove("sysFlag");
        }
        // RocketMQ takes no answer of a consumer without it, and does nothing with it.
        names.remove("originTopic");
        String name = names.get(random.nextInt(names.size()));
        boolean number = step.fields.get(name).matches("-?[0-9]+");
        // Any word is a good name; and numbers of queues may not be negative with us.
        switch (random.nextInt(number && step.code != 17 ? 6 : number ? 4 : 3)) {
            case 0: case 1:
                step.fields.remove(name);
                step.broken = name + " missing";
                break;
            case 2:
                step.fields.put(name, "");
                step.broken = name + " empty";
                break;
            case 3:
                step.fields.put(name, "x y");
                step.broken = name + " malformed";
                break;
            case 4:
                // A send to a negative queue goes to one that the broker draws.
                String value = name.equals("e") || send && name.equals("queueId") ? "77" : "-7";
                step.fields.put(name, value);
                step.broken = name + " of " + value;
                break;
            default:
                step.fields.put(name, "99999999999999999999");
                step.broken = name + " too large";
        }
    }

    private Step createTopic(String topic, int queues) {
        return new Step(17, "createTopic").with("topic", topic).with("defaultTopic", "TBW102")
            .with("readQueueNums", queues).with("writeQueueNums", queues).with("perm", any(new Integer[] {6, 6, 6, 4, 2}))
            .with("topicFilterType", "SINGLE_TAG").with("topicSysFlag", 0).with("order", false);
    }

    private String properties() {
        StringBuilder out = new StringBuilder();
        if (random.nextInt(3) != 0) {
            out.append("KEYS\u0001").append(any(KEYS)).append('\u0002');
        }
        String tag = any(TAGS);
        if (!tag.isEmpty()) {
            out.append("TAGS\u0001").append(tag).append('\u0002');
        }
        if (random.nextInt(3) == 0) {
            out.append("mine\u0001value ").append(random.nextInt(9)).append('\u0002');
        }
        out.append("UNIQ_KEY\u0001").append(String.format("%016X%016X", seed, steps)).append('\u0002');
        return out.append("WAIT\u0001true").append(random.nextBoolean() ? "\u0002" : "").toString();
    }

    private byte[] body() {
        byte[] body = new byte[1 + random.nextInt(200)];
        random.nextBytes(body);
        return body;
    }

    private Step send(boolean shortNames) {
        String[] names = shortNames
            ? new String[] {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "m"}
            : new String[] {"producerGroup", "topic", "defaultTopic", "defaultTopicQueueNums", "queueId",
                "sysFlag", "bornTimestamp", "flag", "properties", "reconsumeTimes", "unitMode", "batch"};
        Object[] values = {"writers", any(topics), random.nextInt(4) == 0 ? "no-such-topic" : "TBW102", 4,
            random.nextInt(6), 0, 1_600_000_000_000L + steps, random.nextInt(3), properties(), 0, false, false};
        Step step = new Step(shortNames ? 310 : 10, "send");
        for (int i = 0; i < names.length; i++) {
            step.with(names[i], values[i]);
        }
        step.body = body();
        return step;
    }

    private Step sendBatch() {
        Step step = send(true);
        Step batch = new Step(320, "sendBatch");
        batch.fields.putAll(step.fields);
        batch.with("m", true);
        List<Message> messages = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            Message message = new Message(topics[0], body());
            message.putUserProperty("place", String.valueOf(i));
            messages.add(message);
        }
        batch.body = MessageDecoder.encodeMessages(messages);
        return batch;
    }

    private Step pull(String topic, String group, int queue, long offset, String expression, int count) {
        Step step = new Step(11, "pull").with("consumerGroup", group).with("topic", topic).with("queueId", queue)
            .with("queueOffset", offset).with("maxMsgNums", count).with("sysFlag", random.nextInt(6) == 0 ? 0 : 4)
            .with("commitOffset", 0).with("suspendTimeoutMillis", 0).with("subscription", expression)
            .with("subVersion", 1).with("expressionType", "TAG");
        step.messages = true;
        return step;
    }

    private Step half() {
        Step step = send(random.nextBoolean());
        String key = step.fields.containsKey("properties") ? "properties" : "i";
        step.with(key, "TRAN_MSG\u0001true\u0002PGROUP\u0001writers\u0002" + step.fields.get(key));
        step.with(key.equals("i") ? "b" : "topic", topics[0]);
        step.with(key.equals("i") ? "f" : "sysFlag", 4);
        step.half = true;
        return step;
    }

    /** Of a half once; without one, of a message that is none. */
    private Step endTransaction() {
        Step step = new Step(37, "endTransaction").with("producerGroup", "writers").with("commitOrRollback",
            random.nextBoolean() ? 8 : 12).with("fromTransactionCheck", random.nextInt(4) == 0).with("msgId", "x")
            .with("tranStateTableOffset", 0).with("commitLogOffset", 7);
        if (!halves.isEmpty()) {
            String[][] half = halves.remove(random.nextInt(halves.size()));
            step.fields.keySet().removeAll(List.of("tranStateTableOffset", "commitLogOffset"));
            step.places.put("tranStateTableOffset", half[0]);
            step.places.put("commitLogOffset", half[1]);
        }
        return step;
    }

    /** Again later, or to the dead letters at once. */
    private Step sendBack() {
        Step step = new Step(36, "sendBack").with("group", any(groups)).with("delayLevel", random.nextInt(4) - 1)
            .with("originMsgId", "x").with("originTopic", topics[0]).with("unitMode", false)
            .with("maxReconsumeTimes", random.nextInt(2) * 16);
        if (ids.isEmpty()) {
            return step.with("offset", 7);
        }
        String[] both = ids.get(random.nextInt(ids.size()));
        step.places.put("offset", new String[] {offset(both[0]), offset(both[1])});
        return step;
    }

    private Step resetOffset() {
        Step step = new Step(222, "resetOffset").with("topic", any(topics)).with("group", any(groups))
            .with("timestamp", any(new Long[] {0L, -1L, 4102444800000L})).with("isForce", random.nextBoolean());
        if (random.nextInt(3) == 0) {
            step.with("queueId", random.nextInt(3)).with("offset", random.nextInt(4));
        }
        return step;
    }

    /** A consumer's answer to a request of a producer that is gone. */
    private Step reply() {
        Step step = send(random.nextBoolean());
        Step reply = new Step(step.code == 310 ? 325 : 324, "sendReply");
        reply.fields.putAll(step.fields);
        String key = step.code == 310 ? "i" : "properties";
        String to = any(new String[] {"nobody", ""});
        reply.with(key, (to.isEmpty() ? "" : "REPLY_TO_CLIENT\u0001" + to + "\u0002")
            + "CORRELATION_ID\u0001c\u0002" + step.fields.get(key));
        reply.body = step.body;
        return reply;
    }

    private Step heartbeat(String group) {
        Step step = new Step(34, "heartbeat");
        String subscription = "{\"classFilterMode\":false,\"codeSet\":[],\"expressionType\":\"TAG\",\"subString\":\"*\","
            + "\"subVersion\":1,\"tagsSet\":[],\"topic\":\"" + topics[0] + "\"}";
        step.body = ("{\"clientID\":\"client-" + seed + "\",\"consumerDataSet\":[{\"consumeFromWhere\":"
            + "\"CONSUME_FROM_LAST_OFFSET\",\"consumeType\":\"CONSUME_PASSIVELY\",\"groupName\":\"" + group
            + "\",\"messageModel\":\"CLUSTERING\",\"subscriptionDataSet\":[" + subscription + "],\"unitMode\":false}],"
            + "\"producerDataSet\":[{\"groupName\":\"writers\"}]}").getBytes(StandardCharsets.UTF_8);
        return step;
    }

    private Step unregister(String group) {
        return new Step(35, "unregister").with("clientID", "client-" + seed).with("consumerGroup", group);
    }

    private Step lock(boolean lock) {
        Step step = new Step(lock ? 41 : 42, lock ? "lock" : "unlock");
        step.body = ("{\"clientId\":\"" + any(new String[] {"client-" + seed, "other"}) + "\",\"consumerGroup\":\""
            + any(groups) + "\",\"mqSet\":[{\"brokerName\":\"broker-a\",\"queueId\":" + random.nextInt(6)
            + ",\"topic\":\"" + any(topics) + "\"}]}").getBytes(StandardCharsets.UTF_8);
        return step;
    }

    private Step queryByKey() {
        Step step = new Step(12, "queryByKey").with("topic", any(topics)).with("key", any(KEYS)).with("maxNum", 32)
            .with("beginTimestamp", 0).with("endTimestamp", 4102444800000L);
        step.messages = true;
        return step;
    }

    private Step view() {
        Step step = new Step(33, "view");
        step.messages = true;
        if (ids.isEmpty()) {
            return step.with("offset", 7);
        }
        String[] both = ids.get(random.nextInt(ids.size()));
        step.places.put("offset", new String[] {offset(both[0]), offset(both[1])});
        return step;
    }

    private static String offset(String id) {
        ByteBuffer bytes = ByteBuffer.allocate(8);
        bytes.putLong(Long.parseUnsignedLong(id.substring(id.length() - 16), 16));
        return String.valueOf(bytes.getLong(0));
    }
}

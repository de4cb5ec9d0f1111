import java.io.PrintStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.QueryResult;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.TopicConfig;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * Writes everything that a client can see of a store, one line each: topics and groups with their
 * settings and the versions of their tables, every message of the topics, the ends of their queues,
 * what times, keys and tags lead to, and the offsets of groups. Two brokers that serve the same store
 * give the same lines; README.md says what is left out, and why.
 *
 * <p>{@code StoreDigest NAMESRV_ADDRESS FILE TOPIC,TOPIC,... GROUP,GROUP,... ENTRIES}: so many
 * entries of a queue are in one file. Of the groups, offsets are asked in the first two topics. A
 * topic that is not there is left out.
 */
public final class StoreDigest {
    /** Added by the client while it pulls. */
    private static final List<String> CLIENT_PROPERTIES = List.of("MIN_OFFSET", "MAX_OFFSET");

    /** Times and keys are looked up for every so many messages of a queue. */
    private static final int QUERY_EVERY = 7;

    /** In the time around a message in which its key is looked for, on either side. */
    private static final int QUERY_MS = 3000;

    private static final int DISPATCH_SECONDS = 60;

    private final String namesrv;
    private final PrintStream out;
    private final List<String> groups;
    private final long entriesPerFile;
    private final DefaultMQAdminExt admin = new DefaultMQAdminExt(30_000);
    private String broker;

    private StoreDigest(String namesrv, PrintStream out, List<String> groups, long entriesPerFile) {
        this.namesrv = namesrv;
        this.out = out;
        this.groups = groups;
        this.entriesPerFile = entriesPerFile;
    }

    public static void main(String[] args) throws Exception {
        try (PrintStream out = new PrintStream(args[1])) {
            StoreDigest digest =
                new StoreDigest(args[0], out, Arrays.asList(args[3].split(",")), Long.parseLong(args[4]));
            digest.write(Arrays.asList(args[2].split(",")));
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
        System.exit(0);
    }

    private DefaultMQPullConsumer consumer(String group) throws Exception {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(group);
        consumer.setNamesrvAddr(namesrv);
        consumer.setInstanceName("digest-" + group);
        consumer.start();
        return consumer;
    }

    private void write(List<String> topics) throws Exception {
        admin.setNamesrvAddr(namesrv);
        admin.setInstanceName("digest-admin");
        admin.start();
        broker = admin.examineBrokerClusterInfo().getBrokerAddrTable().values().iterator().next()
            .selectBrokerAddr();
        awaitDispatch();
        TreeMap<String, TopicConfig> known = writeTables(topics);
        DefaultMQPullConsumer consumer = consumer("digest");
        for (String topic : topics) {
            if (known.containsKey(topic)) {
                TreeSet<MessageQueue> queues = new TreeSet<>(consumer.fetchSubscribeMessageQueues(topic));
                for (MessageQueue queue : queues) {
                    write(consumer, queue);
                }
            }
        }
        consumer.shutdown();
        for (String group : groups) {
            DefaultMQPullConsumer member = consumer(group);
            for (String topic : topics.subList(0, 2)) {
                for (MessageQueue queue : new TreeSet<>(member.fetchSubscribeMessageQueues(topic))) {
                    out.println(String.join(" ", "offset", group, topic,
                        String.valueOf(queue.getQueueId()),
                        String.valueOf(member.fetchConsumeOffset(queue, true))));
                }
            }
            member.shutdown();
        }
        admin.shutdown();
    }

    /** Queues and index of a Java broker follow its log in a while. */
    private void awaitDispatch() throws Exception {
        long deadline = System.nanoTime() + DISPATCH_SECONDS * 1_000_000_000L;
        while (true) {
            String behind = admin.fetchBrokerRuntimeStats(broker).getTable().get("dispatchBehindBytes");
            if ("0".equals(behind)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the queues are still " + behind + " bytes behind");
            }
            Thread.sleep(20);
        }
    }

    private TreeMap<String, TopicConfig> writeTables(List<String> seen) throws Exception {
        var topics = admin.getAllTopicConfig(broker, 30_000);
        TreeMap<String, TopicConfig> known = new TreeMap<>(topics.getTopicConfigTable());
        known.forEach((name, topic) -> {
            if (seen.contains(name)) {
                out.println(String.join(" ", "topic", name, String.valueOf(topic.getReadQueueNums()),
                    String.valueOf(topic.getWriteQueueNums()), String.valueOf(topic.getPerm()),
                    String.valueOf(topic.isOrder()), String.valueOf(topic.getTopicFilterType()),
                    new TreeMap<>(topic.getAttributes()).toString()));
            }
        });
        var settings = admin.getAllSubscriptionGroup(broker, 30_000);
        new TreeMap<>(settings.getSubscriptionGroupTable()).forEach((name, group) -> {
            if (groups.contains(name)) {
                out.println(String.join(" ", "group", name, String.valueOf(group.isConsumeEnable()),
                    String.valueOf(group.getRetryMaxTimes()), String.valueOf(group.getRetryQueueNums()),
                    String.valueOf(group.isConsumeBroadcastEnable()), String.valueOf(group.getBrokerId())));
            }
        });
        out.println("version topics " + topics.getDataVersion().getCounter());
        out.println("version groups " + settings.getDataVersion().getCounter());
        return known;
    }

    private void write(DefaultMQPullConsumer consumer, MessageQueue queue) throws Exception {
        String place = queue.getTopic() + " " + queue.getQueueId();
        long end = consumer.maxOffset(queue);
        out.println(String.join(" ", "queue", place, String.valueOf(consumer.minOffset(queue)),
            String.valueOf(end)));
        List<MessageExt> messages = readAll(consumer, queue);
        for (MessageExt message : messages) {
            write(message);
        }
        if (messages.isEmpty()) {
            return;
        }
        out.println(String.join(" ", "tagged", place, redOffsets(consumer, queue, end)));
        String lookedUp = end > entriesPerFile ? "time-rolled" : "time";
        for (int i = 0; i < messages.size(); i += QUERY_EVERY) {
            // Of messages stored in the same millisecond 4.x finds any and 5.x the first, so what
            // is compared is the time of what was found.
            long time = messages.get(i).getStoreTimestamp();
            long found = consumer.searchOffset(queue, time) - messages.get(0).getQueueOffset();
            out.println(String.join(" ", lookedUp, place, String.valueOf(time),
                String.valueOf(found >= 0 && found < messages.size()
                    ? messages.get((int) found).getStoreTimestamp() : -1)));
            writeFound(consumer, messages.get(i));
        }
    }

    private static String redOffsets(DefaultMQPullConsumer consumer, MessageQueue queue, long end)
        throws Exception {
        List<String> offsets = new ArrayList<>();
        for (long offset = consumer.minOffset(queue); offset < end;) {
            PullResult result = consumer.pull(queue, "red", offset, 32);
            if (result.getPullStatus() == PullStatus.FOUND) {
                result.getMsgFoundList().forEach(m -> offsets.add(String.valueOf(m.getQueueOffset())));
            }
            if (result.getNextBeginOffset() <= offset) {
                throw new IllegalStateException(queue + " at " + offset + " of " + end + ": " + result);
            }
            offset = result.getNextBeginOffset();
        }
        return String.join(",", offsets);
    }

    private static List<MessageExt> readAll(DefaultMQPullConsumer consumer, MessageQueue queue)
        throws Exception {
        List<MessageExt> messages = new ArrayList<>();
        long end = consumer.maxOffset(queue);
        for (long offset = consumer.minOffset(queue); offset < end;) {
            PullResult result = consumer.pull(queue, "*", offset, 32);
            if (result.getPullStatus() != PullStatus.FOUND) {
                throw new IllegalStateException(queue + " at " + offset + " of " + end + ": " + result);
            }
            messages.addAll(result.getMsgFoundList());
            offset = result.getNextBeginOffset();
        }
        return messages;
    }

    private void write(MessageExt message) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(message.getBody());
        TreeMap<String, String> properties = new TreeMap<>(message.getProperties());
        CLIENT_PROPERTIES.forEach(properties::remove);
        out.println(String.join(" ", "message", message.getTopic(), String.valueOf(message.getQueueId()),
            String.valueOf(message.getQueueOffset()), String.valueOf(message.getCommitLogOffset()),
            ((MessageClientExt) message).getOffsetMsgId(), String.valueOf(message.getFlag()),
            String.valueOf(message.getSysFlag()), String.valueOf(message.getBornTimestamp()),
            String.valueOf(message.getBornHost()), String.valueOf(message.getStoreTimestamp()),
            String.valueOf(message.getStoreHost()), String.valueOf(message.getReconsumeTimes()),
            String.valueOf(message.getPreparedTransactionOffset()),
            HexFormat.of().formatHex(digest), properties.toString().replace('\n', ' ')));
    }

    private void writeFound(DefaultMQPullConsumer consumer, MessageExt message) throws Exception {
        String keys = message.getKeys();
        if (keys == null || keys.isEmpty()) {
            return;
        }
        String key = keys.split(" ")[0];
        long time = message.getStoreTimestamp();
        // The index holds times in whole seconds since its file began, rounded down, so near the edges
        // of what was asked it is chance what is found: compared is what is inside.
        out.println(String.join(" ", "key", message.getTopic(), key, String.valueOf(time),
            placesOf(() -> consumer.queryMessage(message.getTopic(), key, 64, time - QUERY_MS,
                time + QUERY_MS), time - QUERY_MS + 1000, time + QUERY_MS - 1)));
        String unique = message.getMsgId();
        out.println(String.join(" ", "unique", message.getTopic(), unique,
            placesOf(() -> admin.queryMessageByUniqKey("DefaultCluster", message.getTopic(), unique, 32,
                time - 600_000, Long.MAX_VALUE), 0, Long.MAX_VALUE)));
    }

    /** Where in the log the messages stored from {@code begin} to {@code end} are that a query finds. */
    private static String placesOf(Callable<QueryResult> query, long begin, long end) throws Exception {
        try {
            return query.call().getMessageList().stream()
                .filter(m -> m.getStoreTimestamp() >= begin && m.getStoreTimestamp() <= end)
                .map(MessageExt::getCommitLogOffset).sorted().distinct().map(String::valueOf)
                .collect(Collectors.joining(","));
        } catch (MQClientException none) {
            return "none";
        }
    }
}

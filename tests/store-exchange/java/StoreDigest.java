import java.io.PrintStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.rocketmq.client.QueryResult;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageClientExt;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * Writes everything that a client can see of a store, one line each: every message of the topics,
 * the ends of their queues, what times and keys lead to, and the offsets of groups. Two brokers that
 * serve the same store give the same lines.
 *
 * <p>{@code StoreDigest NAMESRV_ADDRESS FILE TOPIC,TOPIC,... GROUP,GROUP,...}
 */
public final class StoreDigest {
    /** Added by the client while it pulls. */
    private static final List<String> CLIENT_PROPERTIES = List.of("MIN_OFFSET", "MAX_OFFSET");

    /** A key is looked up for every so many messages. */
    private static final int QUERY_EVERY = 7;

    private final String namesrv;
    private final PrintStream out;
    private final List<String> groups;

    private StoreDigest(String namesrv, PrintStream out, List<String> groups) {
        this.namesrv = namesrv;
        this.out = out;
        this.groups = groups;
    }

    public static void main(String[] args) throws Exception {
        try (PrintStream out = new PrintStream(args[1])) {
            StoreDigest digest = new StoreDigest(args[0], out, Arrays.asList(args[3].split(",")));
            for (String topic : args[2].split(",")) {
                digest.write(topic);
            }
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

    private void write(String topic) throws Exception {
        DefaultMQPullConsumer consumer = consumer("digest");
        TreeSet<MessageQueue> queues = new TreeSet<>(consumer.fetchSubscribeMessageQueues(topic));
        for (MessageQueue queue : queues) {
            out.println(String.join(" ", "queue", topic, String.valueOf(queue.getQueueId()),
                String.valueOf(consumer.minOffset(queue)), String.valueOf(consumer.maxOffset(queue))));
            List<MessageExt> messages = readAll(consumer, queue);
            for (MessageExt message : messages) {
                write(message);
            }
            for (int i = 0; i < messages.size(); i += QUERY_EVERY) {
                // Of messages stored in the same millisecond 4.x finds any and 5.x the first, so what
                // is compared is the time of what was found.
                long time = messages.get(i).getStoreTimestamp();
                long found = consumer.searchOffset(queue, time) - messages.get(0).getQueueOffset();
                out.println(String.join(" ", "time", topic, String.valueOf(queue.getQueueId()),
                    String.valueOf(time), String.valueOf(found >= 0 && found < messages.size()
                        ? messages.get((int) found).getStoreTimestamp() : -1)));
                writeFound(consumer, messages.get(i));
            }
        }
        for (String group : groups) {
            DefaultMQPullConsumer member = consumer(group);
            for (MessageQueue queue : queues) {
                out.println(String.join(" ", "offset", group, topic, String.valueOf(queue.getQueueId()),
                    String.valueOf(member.fetchConsumeOffset(queue, true))));
            }
            member.shutdown();
        }
        consumer.shutdown();
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
        String found;
        try {
            QueryResult result = consumer.queryMessage(message.getTopic(), key, 64,
                message.getStoreTimestamp() - 2000, message.getStoreTimestamp() + 2000);
            found = result.getMessageList().stream().map(MessageExt::getCommitLogOffset).sorted()
                .map(String::valueOf).collect(Collectors.joining(","));
        } catch (MQClientException none) {
            found = "none";
        }
        out.println(String.join(" ", "key", message.getTopic(), key,
            String.valueOf(message.getStoreTimestamp()), found));
    }
}

import java.util.List;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** First and last offset, the earliest time, and the offset of a moment. */
final class OffsetsOfQueue implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        env.createTopic(1);
        DefaultMQPullConsumer consumer = env.pullConsumer();
        MessageQueue queue = consumer.fetchSubscribeMessageQueues(env.topic).iterator().next();
        Failure.unless(consumer.maxOffset(queue) == 0 && consumer.minOffset(queue) == 0, "empty queue: %d to %d",
            consumer.minOffset(queue), consumer.maxOffset(queue));
        Failure.unless(consumer.searchOffset(queue, System.currentTimeMillis()) == 0, "search in an empty queue");

        DefaultMQProducer producer = env.producer();
        for (int i = 0; i < 20; i++) {
            env.sendAll(producer, i, 1);
            Thread.sleep(5);
        }
        Failure.unless(consumer.minOffset(queue) == 0, "min %d", consumer.minOffset(queue));
        Failure.unless(consumer.maxOffset(queue) == 20, "max %d", consumer.maxOffset(queue));
        List<MessageExt> messages = Env.pullAll(consumer, queue, "*");
        long earliest = consumer.earliestMsgStoreTime(queue);
        Failure.unless(earliest == messages.get(0).getStoreTimestamp(), "earliest %d, the first was stored at %d",
            earliest, messages.get(0).getStoreTimestamp());
        for (int i = 0; i < 20; i++) {
            long time = messages.get(i).getStoreTimestamp();
            Failure.unless(consumer.searchOffset(queue, time) == i, "offset of message %d's time is %d", i,
                consumer.searchOffset(queue, time));
            Failure.unless(consumer.searchOffset(queue, time - 1) == i, "a millisecond before %d: %d", i,
                consumer.searchOffset(queue, time - 1));
        }
        Failure.unless(consumer.searchOffset(queue, 0) == 0, "offset of the dawn of time");
    }
}

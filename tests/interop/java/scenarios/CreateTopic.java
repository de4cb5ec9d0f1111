import java.util.Set;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.TopicConfig;

/** A topic is created, changed, listed, described and deleted. */
final class CreateTopic implements Scenario {
    @Override
    public void run(Env env) throws Exception {
        TopicConfig config = new TopicConfig(env.topic);
        config.setReadQueueNums(3);
        config.setWriteQueueNums(2);
        env.admin().createAndUpdateTopicConfig(env.broker(), config);
        env.awaitRoute(env.topic, 3, 2);
        var queues = env.admin().examineTopicRouteInfo(env.topic).getQueueDatas().get(0);
        Failure.unless(queues.getWriteQueueNums() == 2 && queues.getPerm() == 6, "route %s", queues);
        Failure.unless(env.producer().fetchPublishMessageQueues(env.topic).size() == 2, "publish queues");

        config.setReadQueueNums(5);
        config.setWriteQueueNums(5);
        config.setPerm(4);
        env.admin().createAndUpdateTopicConfig(env.broker(), config);
        env.awaitRoute(env.topic, 5, 5);
        queues = env.admin().examineTopicRouteInfo(env.topic).getQueueDatas().get(0);
        Failure.unless(queues.getPerm() == 4, "route %s", queues);
        Failure.unless(env.admin().fetchAllTopicList().getTopicList().contains(env.topic), "not in the list");
        var all = env.admin().getAllTopicConfig(env.broker(), 5000).getTopicConfigTable();
        Failure.unless(all.containsKey(env.topic) && all.get(env.topic).getPerm() == 4, "configuration %s",
            all.get(env.topic));

        try {
            env.admin().createAndUpdateTopicConfig(env.broker(), new TopicConfig("not a topic!"));
            throw new Failure("a topic name with a blank was accepted");
        } catch (MQClientException | MQBrokerException refused) {
            // Either is how a client of some version reports it.
        }

        env.admin().deleteTopicInBroker(Set.of(env.broker()), env.topic);
        for (int i = 0; i < 100; i++) {
            if (!env.admin().getAllTopicConfig(env.broker(), 5000).getTopicConfigTable()
                .containsKey(env.topic)) {
                return;
            }
            Thread.sleep(50);
        }
        throw new Failure("still there after its deletion");
    }
}

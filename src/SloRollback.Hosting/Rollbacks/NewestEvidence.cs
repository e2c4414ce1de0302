using SloRollback.Rollbacks;

namespace SloRollback.Hosting.Rollbacks;

/// <summary>Keeps the newest evidence documents, each in its latest form. Not thread-safe.</summary>
/// <param name="capacity">So many are kept.</param>
internal sealed class NewestEvidence(int capacity)
{
    private readonly Dictionary<string, EvidenceDocument> documents = [];
    private readonly Queue<string> order = [];

    public void Keep(EvidenceDocument document, bool replace)
    {
        if (documents.ContainsKey(document.Id))
        {
            if (!replace)
                return;
        }
        else
        {
            if (order.Count == capacity)
                documents.Remove(order.Dequeue());
            order.Enqueue(document.Id);
        }

        documents[document.Id] = document;
    }

    public EvidenceDocument? Find(string id) => documents.GetValueOrDefault(id);
}

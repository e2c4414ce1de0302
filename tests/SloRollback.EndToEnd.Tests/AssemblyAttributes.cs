// Every test here runs servers and counts seconds: two at a time would disturb each other on a small machine.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]

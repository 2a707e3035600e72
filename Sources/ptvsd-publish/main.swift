import Commands

await PTVSDPublish.launch()

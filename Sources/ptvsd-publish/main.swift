print("ptvsd-publish")

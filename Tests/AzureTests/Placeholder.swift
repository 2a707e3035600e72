import Azure

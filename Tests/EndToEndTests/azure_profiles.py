"""Publish profiles of Azure as they are downloaded or written by Visual Studio."""

from __future__ import annotations

from pathlib import Path

from azure_publishing import AzurePublishing

# As the portal hands it out, but for the hosts.
SETTINGS = """<publishData>\
<publishProfile profileName="ptvsdemo - Web Deploy" publishMethod="MSDeploy" publishUrl="{scm}" \
msdeploySite="ptvsdemo" userName="$ptvsdemo" userPWD="{password}" destinationAppUrl="{url}" \
SQLServerDBConnectionString="" mySQLDBConnectionString="" hostingProviderForumLink="" \
controlPanelLink="https://portal.azure.com" webSystem="WebSites"><databases /></publishProfile>\
<publishProfile profileName="ptvsdemo - FTP" publishMethod="FTP" \
publishUrl="ftps://waws-prod-am2-001.ftp.azurewebsites.windows.net/site/wwwroot" ftpPassiveMode="True" \
userName="ptvsdemo\\$ptvsdemo" userPWD="{password}" destinationAppUrl="{url}" webSystem="WebSites">\
<databases /></publishProfile>\
<publishProfile profileName="ptvsdemo - Zip Deploy" publishMethod="ZipDeploy" publishUrl="{scm}" \
userName="$ptvsdemo" userPWD="{password}" destinationAppUrl="{url}" webSystem="WebSites"><databases />\
</publishProfile></publishData>"""

PUBXML = """<?xml version="1.0" encoding="utf-8"?>
<Project ToolsVersion="4.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
  <PropertyGroup>
    <WebPublishMethod>{method}</WebPublishMethod>
    <PublishProvider>AzureWebSite</PublishProvider>
    <LastUsedBuildConfiguration>Release</LastUsedBuildConfiguration>
    <LastUsedPlatform>Any CPU</LastUsedPlatform>
    <SiteUrlToLaunchAfterPublish>{url}</SiteUrlToLaunchAfterPublish>
    <{key}>{scm}</{key}>
    <DeployIisAppPath>ptvsdemo</DeployIisAppPath>
    <UserName>$ptvsdemo</UserName>
    <ExcludeApp_Data>False</ExcludeApp_Data>
    <SkipExtraFilesOnServer>{keeps}</SkipExtraFilesOnServer>
  </PropertyGroup>
</Project>
"""


def write_settings(publishing: AzurePublishing) -> Path:
    site = publishing.running.site
    text = SETTINGS.format(scm=site.scm_host, url=publishing.running.url, password=site.password)
    path = publishing.project.parent / "ptvsdemo.PublishSettings"
    path.write_text(text)
    return path


def write_pubxml(publishing: AzurePublishing, method: str, keeps: bool = True) -> None:
    folder = publishing.project / "Properties" / "PublishProfiles"
    folder.mkdir(parents=True)
    text = PUBXML.format(
        method=method,
        key={"ZipDeploy": "PublishUrl", "MSDeploy": "MSDeployServiceURL"}[method],
        scm=publishing.running.site.scm_host,
        url=publishing.running.url,
        keeps=keeps,
    )
    (folder / "Live.pubxml").write_text(text)


def by_basic(publishing: AzurePublishing) -> bool:
    """Whether nobody has asked `az` or Azure Resource Manager for anything."""
    return publishing.stand.az_log == [] and publishing.stand.arm.seen == []

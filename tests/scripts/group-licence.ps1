# People of a department get a product through a group.
Connect-MgGraph -Scopes 'Group.ReadWrite.All','User.Read.All','Organization.Read.All' -NoWelcome
$group = Get-MgGroup -Filter "displayName eq 'Visio'"
$visio = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'VISIOCLIENT'
$params = @{
    AddLicenses    = @(@{ SkuId = $visio.SkuId })
    RemoveLicenses = @()
}
Set-MgGroupLicense -GroupId $group.Id -BodyParameter $params | Out-Null
$amy = Get-MgUser -Filter "userPrincipalName eq 'amy@contoso.com'"
New-MgGroupMember -GroupId $group.Id -DirectoryObjectId $amy.Id

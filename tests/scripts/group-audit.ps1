Connect-MgGraph -Scopes 'Group.Read.All','User.Read.All' -NoWelcome
$groups = Get-MgGroup -All -Property Id, DisplayName, AssignedLicenses, LicenseProcessingState | Where-Object { $_.AssignedLicenses }
$skus = Get-MgSubscribedSku -All
$result = foreach ($g in $groups) {
    foreach ($m in Get-MgGroupMember -GroupId $g.Id -All) {
        If ($m.AdditionalProperties.'@odata.type' -eq '#microsoft.graph.user') {
            [pscustomobject]@{
                Group    = $g.DisplayName
                Products = ($skus | Where-Object { $g.AssignedLicenses.SkuId -contains $_.SkuId }).SkuPartNumber -join ';'
                Member   = $m.AdditionalProperties.userPrincipalName
                State    = $g.LicenseProcessingState.State
            }
        }
    }
}
$result | Export-Csv audit.csv -NoTypeInformation
$result

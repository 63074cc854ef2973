Connect-MgGraph -Scopes 'User.Read.All','Group.Read.All' -NoWelcome
$names = @{}
foreach ($sku in Get-MgSubscribedSku -All) { $names[$sku.SkuId] = $sku.SkuPartNumber }
$report = [System.Collections.Generic.List[Object]]::new()
foreach ($user in (Get-MgUser -All -Property UserPrincipalName, LicenseAssignmentStates)) {
    foreach ($state in $user.LicenseAssignmentStates) {
        $how = if ($null -eq $state.AssignedByGroup) { 'Direct' } else { (Get-MgGroup -GroupId $state.AssignedByGroup).DisplayName }
        $report.Add([PSCustomObject]@{ User = $user.UserPrincipalName; Product = $names[$state.SkuId]; How = $how; State = $state.State; Error = $state.Error })
    }
}
$report | Sort-Object User, Product | Export-Csv -Path states.csv -NoTypeInformation

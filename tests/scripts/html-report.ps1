param($Out = 'skus.html')
Connect-MgGraph -Scopes 'Organization.Read.All' -NoWelcome
$rows = foreach ($sku in Get-MgSubscribedSku) {
    [PSCustomObject]@{
        Product   = $sku.SkuPartNumber
        Owned     = $sku.PrepaidUnits.Enabled
        Used      = $sku.ConsumedUnits
        Free      = $sku.PrepaidUnits.Enabled - $sku.ConsumedUnits
        Plans     = ($sku.ServicePlans | Where-Object AppliesTo -eq 'User').Count
        Status    = $sku.CapabilityStatus
    }
}
$style = '<style>td { border: 1px solid }</style>'
$rows | Sort-Object Product | ConvertTo-Html -Title 'Licences' -Head $style -PreContent "<h1>$((Get-MgOrganization).DisplayName)</h1>" | Out-File $Out
$rows

# Everybody with a location gets the free product, four at a time.
Connect-MgGraph -Scopes User.ReadWrite.All -NoWelcome
$sku = (Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ 'FLOW_FREE').SkuId
$done = Get-MgUser -All -Property Id, UsageLocation | Where-Object UsageLocation | ForEach-Object -ThrottleLimit 4 -Parallel {
    try {
        $null = Set-MgUserLicense -UserId $_.Id -AddLicenses @(@{ SkuId = $using:sku }) -RemoveLicenses @() -ErrorAction Stop
        'ok'
    } catch { "failed: $($_.Exception.Message)" }
}
$done | Group-Object -NoElement | ForEach-Object { "$($_.Count) $($_.Name)" }

Import-Module Microsoft.Graph.Users
Connect-Graph -Scopes User.ReadWrite.All | Out-Null
Select-MgProfile -Name 'beta'
$License = New-Object -TypeName Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense
$License.SkuId = (Get-MgSubscribedSku | Where-Object { $_.SkuPartNumber -eq 'FLOW_FREE' }).SkuId
$License.DisabledPlans = @()
Set-MgUserLicense -UserId gil@contoso.com -AddLicenses $License -RemoveLicenses @() | Out-Null
Disconnect-Graph | Out-Null
